-- Keeps who is present in a group, by process: each process has a lease, and who does not renew it is gone with
-- everybody in it. Tells every change over the group's pub/sub channel.
--
-- KEYS[1]  sorted set: processes by the end of their lease
-- KEYS[2]  hash: people (a digest of 22 characters) and the number of their devices
-- KEYS[3]  hash: epoch and version of this state
-- KEYS[4]  the group's pub/sub channel
-- KEYS[5]  hash: the devices of the process that calls; the key ends in its id
-- ARGV[1]  the id of the process that calls; "" for somebody who only looks
-- ARGV[2]  how long a lease lasts, in milliseconds
-- ARGV[3]  a text that was never an epoch
-- ARGV[4]  PUBLISH, or in a cluster SPUBLISH
-- ARGV[5]  what is wanted: "write", "list" or "count"
-- ARGV[6…] for each change a device and its value: digest and data, or "" when it is gone
-- Returns 1 if the lease of the process was not over, epoch, version, and what was wanted.
local own, lease, wanted = ARGV[1], tonumber(ARGV[2]), ARGV[5]
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local devicesOf = string.sub(KEYS[5], 1, #KEYS[5] - #own)
local joined, left = {}, {}

local function text(value)
  return struct.pack(">I4", #value) .. value
end

local function add(value)
  redis.call("HINCRBY", KEYS[2], string.sub(value, 1, 22), 1)
end

local function remove(value)
  local person = string.sub(value, 1, 22)
  if redis.call("HINCRBY", KEYS[2], person, -1) <= 0 then
    redis.call("HDEL", KEYS[2], person)
  end
end

for _, process in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", now)) do
  if process ~= own then
    local devices = redis.call("HGETALL", devicesOf .. process)
    for i = 1, #devices, 2 do
      left[#left + 1] = text(devices[i])
      remove(devices[i + 1])
    end
    redis.call("DEL", devicesOf .. process)
    redis.call("ZREM", KEYS[1], process)
  end
end

local remembered = 1
if wanted == "write" then
  if not redis.call("ZSCORE", KEYS[1], own) then
    remembered = 0
  end
  for i = 6, #ARGV, 2 do
    local device, value = ARGV[i], ARGV[i + 1]
    local before = redis.call("HGET", KEYS[5], device)
    if value == "" then
      if before then
        redis.call("HDEL", KEYS[5], device)
        remove(before)
        left[#left + 1] = text(device)
      end
    else
      local since = before and string.sub(before, 23, 35) or string.format("%013d", now)
      value = string.sub(value, 1, 22) .. since .. string.sub(value, 23)
      if before ~= value then
        if before then
          remove(before)
        end
        add(value)
        redis.call("HSET", KEYS[5], device, value)
        joined[#joined + 1] = text(device) .. text(value)
      end
    end
  end
  if redis.call("EXISTS", KEYS[5]) == 1 then
    redis.call("ZADD", KEYS[1], now + lease, own)
    for i = 1, 5 do
      if i ~= 4 then
        redis.call("PEXPIRE", KEYS[i], lease * 10)
      end
    end
  else
    redis.call("ZREM", KEYS[1], own)
  end
end

local known = redis.call("HMGET", KEYS[3], "epoch", "version")
local epoch, version = known[1] or "", tonumber(known[2]) or 0
if #joined + #left > 0 then
  if epoch == "" then
    epoch = ARGV[3]
  end
  version = version + 1
  redis.call("HSET", KEYS[3], "epoch", epoch, "version", string.format("%.0f", version))
  redis.call("PEXPIRE", KEYS[3], lease * 10)
  redis.call(
    ARGV[4],
    KEYS[4],
    "\193\003" .. epoch .. ":" .. string.format("%.0f", version) .. ":"
      .. struct.pack(">I4", #joined) .. table.concat(joined)
      .. struct.pack(">I4", #left) .. table.concat(left)
  )
end

if wanted == "count" then
  return { remembered, epoch, version, redis.call("HLEN", KEYS[2]) }
end
local all = {}
if wanted == "list" then
  for _, process in ipairs(redis.call("ZRANGE", KEYS[1], 0, -1)) do
    local devices = redis.call("HGETALL", devicesOf .. process)
    for i = 1, #devices do
      all[#all + 1] = devices[i]
    end
  end
end
return { remembered, epoch, version, all }
