-- The certificates that a caller sent above its own, from one piece of base64 into a list as RFC 9440 has it:
-- ":base64:, :base64:". Base64, because HAProxy 2.6 hands bytes to Lua only in part.
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(bytes)
    local out = {}
    for at = 1, #bytes, 3 do
        local a, b, c = bytes:byte(at, at + 2)
        local group = a * 65536 + (b or 0) * 256 + (c or 0)
        for digit = 0, 3 do
            local shift = 18 - 6 * digit
            local index = math.floor(group / 2 ^ shift) % 64 + 1
            local left_out = (digit == 3 and not c) or (digit == 2 and not b)
            out[#out + 1] = left_out and "=" or alphabet:sub(index, index)
        end
    end
    return table.concat(out)
end

local function bytes_of(text)
    local out = {}
    local held, bits = 0, 0
    for character in text:gmatch("[A-Za-z0-9+/]") do
        held = held * 64 + alphabet:find(character, 1, true) - 1
        bits = bits + 6
        if bits >= 8 then
            bits = bits - 8
            out[#out + 1] = string.char(math.floor(held / 2 ^ bits))
            held = held % 2 ^ bits
        end
    end
    return table.concat(out)
end

-- Where the DER sequence that starts there ends; nil for anything else.
local function end_of(bytes, at)
    local tag, first = bytes:byte(at, at + 1)
    if tag ~= 0x30 or not first then return nil end
    if first < 0x80 then return at + 1 + first end
    local length = 0
    for digit = 1, first - 0x80 do
        length = length * 256 + (bytes:byte(at + 1 + digit) or 0)
    end
    return at + 1 + (first - 0x80) + length
end

core.register_converters("client_cert_chain", function(text)
    local bytes = bytes_of(text)
    local items = {}
    local at = 1
    while at <= #bytes and #items < 8 do
        local last = end_of(bytes, at)
        if not last or last > #bytes then return "" end
        items[#items + 1] = ":" .. base64(bytes:sub(at, last)) .. ":"
        at = last + 1
    end
    return table.concat(items, ", ")
end)
