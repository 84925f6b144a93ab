/** Redis's own clock, once for all checks of a call: the lines that a test replaces to bring its own time. */
export const redisTime = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

/**
 * The sliding window of @mintmark/core, decision for decision (pinned by its vectors), on one string for each key:
 * a header of capacity, first, stored, longest, largest (uint32), newest and expires (float64), then the ring of uint32
 * slots, little-endian. Numbers in Lua are doubles: milliseconds are exact, and modulo 2^32 is exact.
 *
 * KEYS: one for each check, the same one any number of times. ARGV[1]: limit, windowMs, cost (uint32) for each.
 * Answers remaining, resetMs, retryAfterMs (uint32) for each; admitted where retryAfterMs is 0.
 * Reads are of single slots, writes of what changes. Only growing copies a ring, and a ring grows few times: it is SET
 * with room for its new capacity, because SETRANGE beyond the end would make Redis reserve twice as much.
 * PEXPIRE took a third of the time of an admission, so a string is given half a window more than it needs, and the next
 * PEXPIRE is half a window away.
 */
export const spendScript = `${redisTime}
local call, pack, unpack, max, min = redis.call, struct.pack, struct.unpack, math.max, math.min
local HEADER, HEADER_BYTES, FIRST_CAPACITY, WRAP = '<I4I4I4I4I4dd', 36, 16, 4294967296
local capacity, first, stored, longest, largest, newest, expires

local function load(key)
  local header = call('GETRANGE', key, 0, HEADER_BYTES - 1)
  if header == '' then
    capacity, first, stored, longest, largest, newest, expires = FIRST_CAPACITY, 0, 0, 0, 0, -math.huge, 0
  else
    capacity, first, stored, longest, largest, newest, expires = unpack(HEADER, header)
  end
end

local function header()
  return pack(HEADER, capacity, first, stored, longest, largest, newest, expires)
end

local function slots(count)
  return string.rep(pack('<I4', newest % WRAP), count)
end

local function read(key, position, count)
  local from = HEADER_BYTES + 4 * position
  return call('GETRANGE', key, from, from + 4 * count - 1)
end

local function write(key, position, bytes)
  call('SETRANGE', key, HEADER_BYTES + 4 * position, bytes)
end

local function behind(key, index)
  return (newest - unpack('<I4', read(key, (first + index) % capacity, 1))) % WRAP
end

local function aged(key, age, at)
  local reach = age - (at - newest)
  if stored == 0 or reach <= 0 then return stored end
  if behind(key, 0) < reach then return 0 end
  local old, young = 0, 1
  while young < stored and behind(key, young) >= reach do
    old = young
    young = young * 2
  end
  young = min(young, stored)
  while young - old > 1 do
    local middle = math.floor((old + young) / 2)
    if behind(key, middle) >= reach then old = middle else young = middle end
  end
  return young
end

local function grow(key, needed)
  local before = min(stored, capacity - first)
  local ordered = read(key, first, before)
  if before < stored then ordered = ordered .. read(key, 0, stored - before) end
  first, capacity = 0, max(needed, min(2 * capacity, largest))
  call('SET', key, header() .. ordered .. string.rep('\\0', 4 * (capacity - stored)), 'KEEPTTL')
end

local function append(key, count, at)
  if stored + count > capacity then grow(key, stored + count) end
  newest = at
  local position = (first + stored) % capacity
  local before = min(count, capacity - position)
  write(key, position, slots(before))
  if before < count then write(key, 0, slots(count - before)) end
  stored = stored + count
  if at + longest > expires then
    expires = at + math.floor(1.5 * longest)
    call('PEXPIRE', key, expires - now)
  end
  call('SETRANGE', key, 0, header())
end

local function replace(key, count, at)
  capacity, first, stored, newest = max(FIRST_CAPACITY, count), 0, count, at
  expires = at + math.floor(1.5 * longest)
  call('SET', key, header() .. slots(count), 'PX', expires - now)
end

local function record(key, limit, window, cost, at)
  longest, largest = max(longest, window), max(largest, limit)
  local old = aged(key, longest, at)
  if old == stored then
    longest, largest = window, limit
    return replace(key, cost, at)
  end
  local drop = max(old, stored + cost - largest)
  first, stored = (first + drop) % capacity, stored - drop
  append(key, cost, at)
end

local function decision(limit, window, counting, newestAt, retryAfter)
  local reset = counting == 0 and 0 or newestAt + window - now
  return pack('<I4I4I4', max(0, limit - counting), reset, retryAfter)
end

local function spend(key, limit, window, cost)
  load(key)
  if newest - now > longest then
    if cost == 0 then return decision(limit, window, stored, now, 0) end
    replace(key, stored, now)
  end
  local at = max(now, newest)
  local gone = aged(key, window, at)
  local counting = stored - gone
  if cost == 0 then return decision(limit, window, counting, newest, 0) end
  local excess = counting + cost - limit
  if excess <= 0 then
    record(key, limit, window, cost, at)
    return decision(limit, window, counting + cost, at, 0)
  end
  local leaves = newest - behind(key, gone + excess - 1) + window
  return decision(limit, window, counting, newest, leaves - now)
end

local decisions = {}
for check = 1, #KEYS do
  local limit, window, cost = unpack('<I4I4I4', ARGV[1], 12 * check - 11)
  decisions[check] = spend(KEYS[check], limit, window, cost)
end
return table.concat(decisions)
`
