-- All policies of one request, by the generic cell rate algorithm (GCRA): all of them
-- count the request, or none.
--
-- KEYS[i]    the key of policy i; a key may be there twice. Its value is the time at which
--            its quota is complete again, "<t> <p>": t + p/quota microseconds of this
--            server's clock. The fraction is exact for a quota that does not divide its
--            window.
-- ARGV[1]    "take"; "check" to decide without counting; "back" to give back a request
--            that was counted
-- ARGV[2i]   the quota of policy i, from 1 to 1e9
-- ARGV[2i+1] its window in microseconds, below 1e14
--
-- Returns three numbers for each policy: 1 or 0, whether it allows the request, and the
-- debt of its key, t + p/quota microseconds. Limit.Decision derives remaining, reset and
-- retry. If one policy refuses the request, the debts are those without it.
--
-- All numbers are whole and below 2^53, which Lua represents exactly.

local mode = ARGV[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

-- bound limits a state to the time from now to the end of one window. A state is outside
-- of it if the limit was changed or the clock was set back. The new state must be stored
-- even if the request is refused: else the key would not come nearer to its end.
local function bound(s)
  if s.p >= s.quota then -- the value is from another limit
    s.t, s.p = s.t + 1, 0
  end
  if s.t < now then -- the quota is complete
    s.t, s.p = now, 0
  end
  local last = now + s.window
  if s.t > last or (s.t == last and s.p > 0) then
    s.t, s.p, s.bounded = last, 0, true
  end
end

-- read returns the state of a key, or an error. A value of another type is replaced, like
-- one of another form: the error of one key must not be that of others.
local function read(key, quota, window)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' then
    if not string.find(value.err, 'WRONGTYPE', 1, true) then
      return nil, value
    end
    value = nil
  end
  local t, p = string.match(value or '', '^(%d+) (%d+)$')
  local s = {key = key, quota = quota, window = window, t = tonumber(t or 0), p = tonumber(p or 0)}
  -- One request is each + rest/quota microseconds.
  s.rest = window % quota
  s.each = (window - s.rest) / quota
  bound(s)
  s.first_t, s.first_p = s.t, s.p
  return s
end

local function take(s)
  local t, p = s.t + s.each, s.p + s.rest
  if p >= s.quota then
    t, p = t + 1, p - s.quota
  end
  local last = now + s.window
  if t > last or (t == last and p > 0) then
    return false
  end
  s.t, s.p = t, p
  return true
end

local function give_back(s)
  s.t, s.p = s.t - s.each, s.p - s.rest
  if s.p < 0 then
    s.t, s.p = s.t - 1, s.p + s.quota
  end
  bound(s)
end

local function keep(s)
  if s.t == now and s.p == 0 then
    redis.call('DEL', s.key)
    return
  end
  -- The key expires when its quota is complete.
  local ttl = math.ceil((s.t - now) / 1000) + 1
  redis.call('SET', s.key, string.format('%.0f %.0f', s.t, s.p), 'PX', string.format('%.0f', ttl))
end

local states, by_key = {}, {}
for i, key in ipairs(KEYS) do
  local s, err = by_key[key], nil
  if not s then
    s, err = read(key, tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1]))
    if err then
      return err
    end
    by_key[key] = s
  end
  states[i] = s
end

local out, counts = {}, mode ~= 'check'
for i, s in ipairs(states) do
  local allowed = true
  if mode == 'back' then
    give_back(s)
  else
    allowed = take(s)
    counts = counts and allowed
  end
  out[3 * i - 2], out[3 * i - 1], out[3 * i] = allowed and 1 or 0, s.t - now, s.p
end

if not counts then
  for i, s in ipairs(states) do
    s.t, s.p = s.first_t, s.first_p
    if out[3 * i - 2] == 1 then
      out[3 * i - 1], out[3 * i] = s.t - now, s.p
    end
  end
end
for _, s in ipairs(states) do
  if s.bounded or counts then
    keep(s)
  end
end
return out
