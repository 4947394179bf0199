-- Sends a message to a group: keeps it in the group's history, gives it its place there, and publishes it, all in one
-- step. A program in another language may run it too (docs/reference/layer-wire-format.md).
--
-- KEYS[1]  the hash of the group's epoch and offset
-- KEYS[2]  the stream of its messages; their ids are the time and the offset
-- KEYS[3]  the group's pub/sub channel
-- KEYS[4]  where the outcome for an idempotency key is noted; may be left out
-- ARGV[1]  the message
-- ARGV[2]  how many messages the history holds; 0 keeps none
-- ARGV[3]  how old they may get, in milliseconds
-- ARGV[4]  a text that was never an epoch
-- ARGV[5]  PUBLISH, or in a cluster SPUBLISH
-- ARGV[6]  how long epoch and offset live after the last message, in milliseconds
-- ARGV[7]  how long an idempotency key is remembered, in milliseconds
-- Returns epoch and offset ("" and 0 without a history), and 1 if the message had been sent before.
local limit = tonumber(ARGV[2])
if KEYS[4] then
  local before = redis.call("GET", KEYS[4])
  if before then
    local colon = string.find(before, ":", 1, true)
    return { string.sub(before, 1, colon - 1), tonumber(string.sub(before, colon + 1)), 1 }
  end
end
local epoch, offset = "", 0
local payload = ARGV[1]
if limit > 0 then
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local known = redis.call("HMGET", KEYS[1], "epoch", "offset", "ms", "tended")
  epoch = known[1]
  if not epoch then
    epoch = ARGV[4]
    redis.call("DEL", KEYS[2])
  end
  offset = (tonumber(known[2]) or 0) + 1
  -- A clock that is set back must not make an id smaller than the one before.
  local ms = math.max(now, tonumber(known[3]) or 0)
  local place, at = string.format("%.0f", offset), string.format("%.0f", ms)
  redis.call("XADD", KEYS[2], "MAXLEN", limit, at .. "-" .. place, "m", ARGV[1])
  local age = tonumber(ARGV[3])
  local tended = tonumber(known[4]) or 0
  -- Now and then is enough, and halves the work.
  if now - tended > age / 20 or tended > now then
    redis.call("HSET", KEYS[1], "epoch", epoch, "offset", place, "ms", at, "tended", string.format("%.0f", now))
    redis.call("PEXPIRE", KEYS[1], ARGV[6])
    redis.call("XTRIM", KEYS[2], "MINID", string.format("%.0f", now - age))
    redis.call("PEXPIRE", KEYS[2], string.format("%.0f", age * 1.1))
  else
    redis.call("HSET", KEYS[1], "epoch", epoch, "offset", place, "ms", at)
  end
  payload = "\193\002" .. epoch .. ":" .. string.format("%.0f", offset) .. ":" .. ARGV[1]
end
if KEYS[4] then
  redis.call("SET", KEYS[4], epoch .. ":" .. string.format("%.0f", offset), "PX", ARGV[7])
end
redis.call(ARGV[5], KEYS[3], payload)
return { epoch, offset, 0 }
