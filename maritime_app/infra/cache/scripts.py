"""What the cache does in Redis in one step. Scripts declare every key that they touch, but for the
answers under a tag, which only Redis knows.
"""

from typing import Final

# Store only if no tag was bumped since the fill began; remember the key under each tag.
# Keys: the answer's, then the generation of each tag, then the keys of each tag.
STORE: Final = """
local tags = (#KEYS - 1) / 2
for i = 1, tags do
  if (redis.call('GET', KEYS[1 + i]) or '0') ~= ARGV[2 + i] then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for i = 1, tags do
  redis.call('SADD', KEYS[1 + tags + i], KEYS[1])
  redis.call('EXPIRE', KEYS[1 + tags + i], 3600)
end
return 1
"""
# Keys: the generation of each tag, then the keys of each tag. In one step, so that no reader finds
# an answer between the new generation and the message. The generation is one that no tag has had
# (a random number: the version before counts them up), because most tags have no answers, and
# then each call into Redis is a tenth of the whole.
BUMP: Final = """
local tags = #KEYS / 2
for i = 1, tags do
  redis.call('SET', KEYS[i], ARGV[2], 'EX', ARGV[1])
  local keys = redis.call('SMEMBERS', KEYS[tags + i])
  if #keys > 0 then
    for first = 1, #keys, 1000 do -- Lua hands over some thousand arguments at most
      redis.call('DEL', unpack(keys, first, math.min(first + 999, #keys)))
    end
    redis.call('DEL', KEYS[tags + i])
  end
end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
"""
