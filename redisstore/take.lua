-- One request of one key, by the generic cell rate algorithm (GCRA).
--
-- KEYS[1]  the key. Its value is the time at which its quota is complete again,
--          "<t> <p>": t + p/quota microseconds of this server's clock. The
--          fraction is exact for a quota that does not divide its window.
-- ARGV[1]  the quota, from 1 to 1e9
-- ARGV[2]  the window in microseconds, below 1e14
-- ARGV[3]  "take", or "back" to give back a request that was counted
--
-- Returns {1 or 0, t, p}: whether the request is allowed, and the debt of the key,
-- t + p/quota microseconds. Limit.Decision derives remaining, reset and retry.
--
-- All numbers are whole and below 2^53, which Lua represents exactly.

local quota, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local value = redis.call('GET', KEYS[1])
local t, p = string.match(value or '', '^(%d+) (%d+)$')
t, p = tonumber(t or 0), tonumber(p or 0)

-- One request is each + rest/quota microseconds.
local rest = window % quota
local each = (window - rest) / quota

local function bound()
  if p >= quota then -- the value is from another limit
    t, p = t + 1, 0
  end
  if t < now then -- the quota is complete
    t, p = now, 0
  end
  if t >= now + window then -- another limit, or the clock was set back
    t, p = now + window, 0
  end
end

local function keep()
  if t == now and p == 0 then
    redis.call('DEL', KEYS[1])
    return
  end
  -- The key expires when its quota is complete.
  local ttl = math.ceil((t - now) / 1000) + 1
  redis.call('SET', KEYS[1], string.format('%.0f %.0f', t, p), 'PX', string.format('%.0f', ttl))
end

bound()
if ARGV[3] == 'back' then
  t, p = t - each, p - rest
  if p < 0 then
    t, p = t - 1, p + quota
  end
  bound()
  keep()
  return {1, t - now, p}
end

local next_t, next_p = t + each, p + rest
if next_p >= quota then
  next_t, next_p = next_t + 1, next_p - quota
end
if next_t > now + window or (next_t == now + window and next_p > 0) then
  return {0, t - now, p}
end
t, p = next_t, next_p
keep()
return {1, t - now, p}
