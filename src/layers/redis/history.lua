-- Reads what a group's history holds after a position, or its newest messages where it does not reach back that far.
--
-- KEYS[1]  the hash of the group's epoch and offset
-- KEYS[2]  the stream of its messages
-- ARGV[1]  the epoch of the position, or ""
-- ARGV[2]  its offset
-- ARGV[3]  how many of the newest messages are wanted otherwise
-- ARGV[4]  a text that was never an epoch
-- ARGV[5]  how long epoch and offset live, in milliseconds
-- ARGV[6]  1 if the position is known to have been published: a history that does not reach it has lost something
-- Returns epoch and offset of the newest message, 1 if everything after the position is there, and messages, oldest
-- first.
local known = redis.call("HMGET", KEYS[1], "epoch", "offset")
local epoch, offset = known[1], tonumber(known[2]) or 0
local since = tonumber(ARGV[2])
local isSame = epoch == ARGV[1]
if not epoch or (isSame and since > offset and ARGV[6] == "1") then
  epoch, offset, isSame = ARGV[4], 0, false
  redis.call("DEL", KEYS[2])
  redis.call("HSET", KEYS[1], "epoch", epoch, "offset", "0")
  redis.call("HDEL", KEYS[1], "tended")
end
redis.call("PEXPIRE", KEYS[1], ARGV[5])
local function newest(count)
  if count <= 0 then
    return {}
  end
  local messages = {}
  local entries = redis.call("XREVRANGE", KEYS[2], "+", "-", "COUNT", count)
  for i = #entries, 1, -1 do
    messages[#messages + 1] = entries[i][2][2]
  end
  return messages
end
if isSame and since <= offset then
  local missed = offset - since
  if redis.call("XLEN", KEYS[2]) >= missed then
    return { epoch, offset, 1, newest(missed) }
  end
end
return { epoch, offset, 0, newest(tonumber(ARGV[3])) }
