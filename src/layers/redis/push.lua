-- Puts one message into a channel if there is room, and wakes the channel's receivers.
--
-- KEYS[1]  the channel's list
-- KEYS[2]  the pub/sub channel that its receivers listen on
-- ARGV[1]  the message
-- ARGV[2]  how many messages the channel holds
-- ARGV[3]  how long a message lives, in milliseconds
-- ARGV[4]  the channel's name
-- ARGV[5]  PUBLISH, or in a cluster SPUBLISH
-- Returns the number of expired messages that made room, or -1 when the channel is full.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local capacity = tonumber(ARGV[2])
local expired = 0
if redis.call("LLEN", KEYS[1]) >= capacity then
  -- The oldest come first, so only the head can have expired.
  local head = redis.call("LINDEX", KEYS[1], 0)
  while head and tonumber(string.sub(head, 1, 13)) <= now do
    redis.call("LPOP", KEYS[1])
    expired = expired + 1
    head = redis.call("LINDEX", KEYS[1], 0)
  end
  if redis.call("LLEN", KEYS[1]) >= capacity then
    return -1
  end
end
local lifetime = tonumber(ARGV[3])
redis.call("RPUSH", KEYS[1], string.format("%013d", now + lifetime) .. ARGV[1])
-- Longer than the messages, by a minute at least: whoever reads in between sees, and counts, what expired.
redis.call("PEXPIRE", KEYS[1], lifetime + math.max(lifetime, 60000))
redis.call(ARGV[5], KEYS[2], ARGV[4])
return expired
