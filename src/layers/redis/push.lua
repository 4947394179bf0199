-- Puts messages into channels where there is room, one after the other, and wakes the receivers of each.
--
-- KEYS[…]  for each message the channel's list, and the pub/sub channel that its receivers listen on
-- ARGV[1]  how long a message lives, in milliseconds
-- ARGV[2]  PUBLISH, or in a cluster SPUBLISH
-- ARGV[…]  for each message: the message, how many the channel holds, and the channel's name
-- Returns for each the number of expired messages that made room, -1 when the channel is full, or what went wrong.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lifetime = tonumber(ARGV[1])
local expiry = string.format("%013d", now + lifetime)

local function push(list, wake, message, capacity, channel)
  local expired = 0
  if redis.call("LLEN", list) >= capacity then
    -- The oldest come first, so only the head can have expired.
    local head = redis.call("LINDEX", list, 0)
    while head and tonumber(string.sub(head, 1, 13)) <= now do
      redis.call("LPOP", list)
      expired = expired + 1
      head = redis.call("LINDEX", list, 0)
    end
    if redis.call("LLEN", list) >= capacity then
      return -1
    end
  end
  redis.call("RPUSH", list, expiry .. message)
  -- Longer than the messages, by a minute at least: whoever reads in between sees, and counts, what expired.
  redis.call("PEXPIRE", list, lifetime + math.max(lifetime, 60000))
  redis.call(ARGV[2], wake, channel)
  return expired
end

local answers = {}
for i = 1, #KEYS / 2 do
  local at = i * 3
  local isDone, answer = pcall(push, KEYS[2 * i - 1], KEYS[2 * i], ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2])
  if not isDone then
    answer = redis.error_reply(type(answer) == "table" and answer.err or tostring(answer))
  end
  answers[i] = answer
end
return answers
