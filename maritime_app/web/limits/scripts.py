"""What Redis does in one step, so that no two processes take the same token; by its own clock."""

# KEYS: buckets. ARGV: cost, then capacity and tokens per second of each bucket.
# Takes from all of them or from none; returns for each the seconds to wait and what is left.
# Costs above 1 are reports of what has already been let in: they may leave a bucket below zero.
TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local cost = tonumber(ARGV[1])
local tokens, refused = {}, false
for i, key in ipairs(KEYS) do
  local capacity, per_second = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local state = redis.call('HMGET', key, 't', 'at')
  local before, at = tonumber(state[1]) or capacity, tonumber(state[2]) or now
  tokens[i] = math.min(capacity, before + math.max(0, now - at) * per_second)
  refused = refused or tokens[i] < 1
end
local answer = {}
for i, key in ipairs(KEYS) do
  local capacity, per_second = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local wait = tokens[i] < 1 and (1 - tokens[i]) / per_second or 0
  if not refused then tokens[i] = tokens[i] - cost end
  redis.call('HSET', key, 't', string.format('%.6f', tokens[i]), 'at', string.format('%.6f', now))
  redis.call('EXPIRE', key, math.ceil((capacity - tokens[i]) / per_second) + 1)
  answer[2 * i - 1], answer[2 * i] = tostring(wait), tostring(tokens[i])
end
return answer
"""

# KEYS: buckets. ARGV: the capacity of each. Puts one token back into each that still exists.
GIVE_BACK = """
for i, key in ipairs(KEYS) do
  local tokens = tonumber(redis.call('HGET', key, 't'))
  if tokens then
    redis.call('HSET', key, 't', string.format('%.6f', math.min(tonumber(ARGV[i]), tokens + 1)))
  end
end
return 0
"""
