// Values as bytes in whose order the values stand.
#pragma once

#include "engine/store/key_codec.hpp"

#include <dynamo/value/item.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// Appends the text so that comparing what was appended compares the texts, byte by byte, and none
/// begins with another: a zero byte becomes 00 FF, and 00 01 ends it.
void append_ordered(std::string& out, std::string_view text);
/// The same for what begins with `prefix`: without the end.
void append_ordered_prefix(std::string& out, std::string_view prefix);

/// Appends the number so that comparing what was appended compares the values; none begins with
/// another. One byte tells negative (01), zero (02) and positive (03) apart; then come the exponent
/// (one byte, -130..125) and two digits a byte, of a negative number inverted. Throws
/// errc::invalid_value if it is not a number of DynamoDB's.
void append_ordered_number(std::string& out, std::string_view number);

/// Appends a value of a key: the type must be the schema's.
void append_ordered(std::string& out, key_type type, const value_view& value);
/// The same for what begins with `prefix`, a string or a binary value.
void append_ordered_prefix(std::string& out, key_type type, const value_view& prefix);

/// What everything that begins with `prefix` is before; empty if that is everything.
[[nodiscard]] std::string behind_prefix(std::string prefix);

/// A hash of an encoded partition key that is the same everywhere and for ever: it is in files.
[[nodiscard]] std::uint64_t stable_hash(std::string_view bytes) noexcept;

/// Appends it so that comparing bytes compares numbers.
void append_big_endian(std::string& out, std::uint64_t value);

}  // namespace dynamo::engine::store
