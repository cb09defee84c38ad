-- Lists rows of one family, of one partition or of all, in the order (order, partition, id).
-- KEYS[1]  the sorted set of the names of partitions
-- Gives {'ok', rows, cursor or nothing}, or for a page of one hash {'page', ids, scores, values, 1 if there are more after
-- them}, or {'stale', partition…} where indexes of partitions disagree with their rows,
-- or {'wrong', partition, id} at something that is no row, or {'blame', key} at a key of a wrong type
local strings = ARGV[1] == 'k'
local only, partition = ARGV[2] == '1', ARGV[3]
local data, orders, index, odd = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local partitioned, back = ARGV[8] == '1', ARGV[9] == '1'
local limit, keysOnly, most = tonumber(ARGV[10]), ARGV[11] == '1', tonumber(ARGV[12])
-- deep: every member is compared, and whether we wrote it; full: every member; count: only how many
local trust, member, marks = ARGV[13], ARGV[14], ARGV[15]
local bounds = {}
for i = 0, 1 do
    local first = 16 + i * 4
    if ARGV[first] ~= '' then
        bounds[i] = {inclusive = ARGV[first] == 'i', order = ARGV[first + 1], partition = ARGV[first + 2], id = ARGV[first + 3]}
        if only then
            bounds[i].partition = partition
        end
    end
end

local digests = ARGV[24]
-- Partitions that are listed without their index: the entries that come next, in order, and whether there are more.
local given = {}
local following = 26
for _ = 1, tonumber(ARGV[25]) do
    local part = {entries = {}, more = ARGV[following + 1] == '1'}
    given[ARGV[following]] = part
    local count = tonumber(ARGV[following + 2])
    following = following + 3
    for i = 1, count do
        part.entries[i] = {id = ARGV[following], score = ARGV[following + 1], order = tonumber(ARGV[following + 1])}
        following = following + 2
    end
end

local function sourceOf(name)
    local suffix = partitioned and name or ''
    if strings and not string.find(name, ':', 1, true) then
        return {name = name, orders = orders .. suffix, set = index .. name, prefix = data .. name .. ':'}
    end
    return {name = name, orders = orders .. suffix, hash = (strings and odd or data) .. suffix}
end

-- Whether the index has the members that there are.
local function agrees(source)
    local indexed = call('ZCARD', source.orders)
    local there = source.set and call('SCARD', source.set) or source.hash and call('HLEN', source.hash)
    if indexed ~= there then
        return false
    end
    if digests ~= '' and trust == 'deep' then
        local written = {}
        local all = call('HGETALL', digests)
        for i = 1, #all, 2 do
            written[all[i]] = all[i + 1]
        end
        local rows = call('HGETALL', source.hash)
        for i = 1, #rows, 2 do
            if written[rows[i]] ~= redis.sha1hex(rows[i + 1]) then
                return false
            end
        end
    end
    if source.set and trust ~= 'count' then
        local has = {}
        for _, id in ipairs(call('ZRANGE', source.orders, 0, -1)) do
            has[id] = true
        end
        for _, id in ipairs(call('SMEMBERS', source.set)) do
            if not has[id] then
                return false
            end
        end
    end
    return true
end

local function entryAt(source, rank)
    local found = call('ZRANGE', source.orders, rank, rank, 'WITHSCORES')
    return {id = found[1], score = found[2], order = order(found[2])}
end

-- How many rows have a lower order, or with orEqual a lower one or this one.
local function below(source, at, orEqual)
    return call('ZCOUNT', source.orders, '-inf', (orEqual and '' or '(') .. at)
end

-- How many rows stand before a position, or with through also at it.
local function before(source, bound, through)
    if source.name ~= bound.partition then
        return below(source, bound.order, less(source.name, bound.partition))
    end
    local low, high = below(source, bound.order, false), below(source, bound.order, true)
    while low < high do
        local mid = math.floor((low + high) / 2)
        local id = entryAt(source, mid).id
        if id == bound.id and through or id ~= bound.id and less(id, bound.id) then
            low = mid + 1
        else
            high = mid
        end
    end
    return low
end

local function first(a, b)
    if a.order ~= b.order then
        return (a.order < b.order) ~= back
    end
    if a.source.name ~= b.source.name then
        return less(a.source.name, b.source.name) ~= back
    end
    return less(a.id, b.id) ~= back
end

-- Reads the next few entries of a partition; the first of them becomes its head.
local function advance(source)
    source.position = source.position + 1
    if not source.buffer or source.position > #source.buffer then
        local chunk = math.min(source.chunk, source.high - source.low)
        if chunk <= 0 then
            return nil
        end
        local from = back and source.high - chunk or source.low
        if source.entries then
            source.buffer = {}
            for i = 1, chunk do
                source.buffer[i] = source.entries[from + i]
            end
        else
            local found = call('ZRANGE', source.orders, from, from + chunk - 1, 'WITHSCORES')
            source.buffer = {}
            for i = 1, #found, 2 do
                local at = order(found[i + 1])
                if at ~= tonumber(found[i + 1]) then
                    error({stale = source.name})
                end
                source.buffer[#source.buffer + 1] = {id = found[i], score = found[i + 1], order = at}
            end
        end
        if back then
            source.high = from
            for i = 1, math.floor(#source.buffer / 2) do
                local j = #source.buffer + 1 - i
                source.buffer[i], source.buffer[j] = source.buffer[j], source.buffer[i]
            end
        else
            source.low = from + chunk
        end
        source.position = 1
        source.chunk = math.min(source.chunk * 2, 1000)
    end
    local entry = source.buffer[source.position]
    if entry then
        entry.source = source
    end
    return entry
end

local function down(heap, i)
    while true do
        local smallest = i
        for child = 2 * i, 2 * i + 1 do
            if heap[child] and first(heap[child], heap[smallest]) then
                smallest = child
            end
        end
        if smallest == i then
            return
        end
        heap[i], heap[smallest] = heap[smallest], heap[i]
        i = smallest
    end
end

-- Reads the values of the entries that come next: a few at first, then as many as are not much together.
local function fetch(source)
    local from, buffer = source.position, source.buffer
    local count = math.min(source.step or 8, #buffer - from + 1)
    local ids = {}
    for i = 1, count do
        ids[i] = buffer[from + i - 1].id
    end
    local values, bytes = call('HMGET', source.hash, unpack(ids)), 0
    for i = 1, count do
        buffer[from + i - 1].value = values[i]
        bytes = bytes + (values[i] and #values[i] or 0)
    end
    source.step = math.max(1, math.min(500, math.floor(262144 * count / (bytes + 1))))
end

local function valueOf(entry)
    local source = entry.source
    local reply
    if keysOnly then
        if source.hash then
            reply = call('HEXISTS', source.hash, entry.id)
        else
            reply = call('EXISTS', source.prefix .. entry.id)
        end
        return reply == 1 and ''
    end
    if source.hash then
        if entry.value == nil then
            fetch(source)
        end
        return entry.value
    end
    reply = redis.pcall('GET', source.prefix .. entry.id)
    if type(reply) == 'table' then
        if string.find(reply.err, 'WRONGTYPE', 1, true) then
            error({wrong = entry})
        end
        error({key = source.prefix .. entry.id, err = reply.err})
    end
    return reply
end

-- A page of one hash, as the server gives it: nothing is to be merged there. Nothing is given where a row is missing.
local function page(source)
    local count = math.min(source.high - source.low, limit)
    local more = source.high - source.low > count
    local from = back and source.high - count or source.low
    local found = count > 0 and call('ZRANGE', source.orders, from, from + count - 1, 'WITHSCORES') or {}
    local ids, scores, values, bytes = {}, {}, {}, 0
    for i = 1, count do
        local at = back and count + 1 - i or i
        local score = found[2 * at]
        ids[i], scores[i] = found[2 * at - 1], score
        local number = tonumber(score)
        if number < 0 or number > 9007199254740991 or number ~= math.floor(number) then
            error({stale = source.name})
        end
    end
    local done, step = 0, 8
    while done < count do
        local some = math.min(step, count - done)
        local part = call('HMGET', source.hash, unpack(ids, done + 1, done + some))
        for i = 1, some do
            local value = part[i]
            if not value then
                return nil
            end
            bytes = bytes + #value
            done = done + 1
            if bytes > most and done > 1 then
                for last = count, done, -1 do
                    ids[last] = nil
                end
                return {'page', ids, scores, values, 1}
            end
            values[done] = value
        end
        -- As many as are not much together.
        step = math.max(1, math.min(500, math.floor(262144 * done / (bytes + 1))))
    end
    return {'page', ids, scores, values, more and 1 or 0}
end

local function list()
    local names = {}
    if only then
        names[1] = partition
    elseif not partitioned then
        names[1] = ''
    else
        names = call('ZRANGE', KEYS[1], 0, -1)
        local seen = {}
        for _, name in ipairs(names) do
            seen[name] = true
        end
        for i = following, #ARGV do
            if not seen[ARGV[i]] then
                seen[ARGV[i]] = true
                names[#names + 1] = ARGV[i]
            end
        end
    end
    local stale = {'stale'}
    local sources = {}
    for _, name in ipairs(names) do
        local source = sourceOf(name)
        local part = given[name]
        if part then
            source.entries, source.more = part.entries, part.more
            source.low, source.high = 0, #part.entries
        elseif agrees(source) then
            source.low = bounds[0] and before(source, bounds[0], not bounds[0].inclusive) or 0
            source.high = bounds[1] and before(source, bounds[1], bounds[1].inclusive) or call('ZCARD', source.orders)
        else
            stale[#stale + 1] = name
        end
        sources[#sources + 1] = source
    end
    if #stale > 1 then
        return stale
    end
    local plain = (only or not partitioned) and sources[1].hash and not sources[1].entries and digests == '' and not keysOnly
    local answer = plain and marks == '' and page(sources[1])
    if answer then
        return answer
    end
    local heap = {}
    for _, source in ipairs(sources) do
        source.position = 0
        source.chunk = #names == 1 and math.min(limit + 1, 1000) or 8
        local head = advance(source)
        if head then
            heap[#heap + 1] = head
        end
    end
    for i = math.floor(#heap / 2), 1, -1 do
        down(heap, i)
    end
    local rows, cursor, bytes, examined = {}, false, 0, 0
    -- Where the entries that were given end before their partition does, nobody knows what comes next.
    local cut = false
    while heap[1] and not cut and #rows < limit * 5 and examined < 5000 do
        local entry = heap[1]
        local value = valueOf(entry)
        if value then
            bytes = bytes + #value
            if bytes > most and #rows > 0 then
                break
            end
            if digests ~= '' and not keysOnly and not entry.source.entries
                and call('HGET', digests, entry.id) ~= redis.sha1hex(value) then
                return {'stale', entry.source.name}
            end
            local marked = marks ~= '' and call('SISMEMBER', marks, entry.id) or 0
            local at = #rows
            rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4], rows[at + 5] =
                entry.source.name, entry.id, entry.score, value, marked
        end
        examined = examined + 1
        cursor = {entry.score, entry.source.name, entry.id}
        local successor = advance(entry.source)
        if successor then
            heap[1] = successor
        else
            cut = entry.source.more
            heap[1] = heap[#heap]
            heap[#heap] = nil
        end
        if heap[1] then
            down(heap, 1)
        end
    end
    return {'ok', rows, (heap[1] or cut) and cursor or false}
end

local fine, result = pcall(list)
if fine then
    return result
end
if type(result) ~= 'table' then
    error(result)
end
if result.stale then
    return {'stale', result.stale}
end
if result.wrong then
    return {'wrong', result.wrong.source.name, result.wrong.id}
end
if result.err and string.find(result.err, 'WRONGTYPE', 1, true) then
    return {'blame', result.key}
end
return redis.error_reply(result.err)
