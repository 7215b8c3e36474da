"""What the cache does in Redis in one step. Scripts declare every key that they touch, but for the
answers under a tag, which only Redis knows.
"""

from typing import Final

# Store only if no tag was bumped since the fill began; remember the key under each tag. A tag that
# is asked for again and again, and seldom bumped, would remember every answer there ever was:
# whoever adds one looks at three others, and forgets those whose time is over. So of the remembered
# a third has no answer any more, however long that goes on.
# Keys: the answer's, then the generation of each tag that has one, then the keys of each tag, and
# of those that only the fill knew.
STORE: Final = """
local tags = #ARGV - 2
for i = 1, tags do
  if (redis.call('GET', KEYS[1 + i]) or '0') ~= ARGV[2 + i] then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for i = 2 + tags, #KEYS do
  redis.call('SADD', KEYS[i], KEYS[1])
  redis.call('EXPIRE', KEYS[i], 3600)
  for _, key in ipairs(redis.call('SRANDMEMBER', KEYS[i], 3)) do
    if redis.call('EXISTS', key) == 0 then redis.call('SREM', KEYS[i], key) end
  end
end
return 1
"""
# Keys: the generation of each tag, then the keys of each tag. In one step, so that no reader finds
# an answer between the new generation and the message. The generation is one that no tag has had
# (a random number: the version before counts them up), and whether any tag has answers is asked
# once, because most have none, and then each call into Redis is a tenth of the whole.
BUMP: Final = """
local tags = #KEYS / 2
for i = 1, tags do
  redis.call('SET', KEYS[i], ARGV[2], 'EX', ARGV[1])
end
for first = tags + 1, #KEYS, 1000 do -- Lua hands over some thousand arguments at most
  local last = math.min(first + 999, #KEYS)
  if redis.call('EXISTS', unpack(KEYS, first, last)) > 0 then
    for i = first, last do
      local keys = redis.call('SMEMBERS', KEYS[i])
      for at = 1, #keys, 1000 do
        redis.call('DEL', unpack(keys, at, math.min(at + 999, #keys)))
      end
      if #keys > 0 then redis.call('DEL', KEYS[i]) end
    end
  end
end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
"""
