// Encodes values as bytes whose order is the order of the values.
#pragma once

#include "engine/store/key_codec.hpp"

#include <dynamo/value/item.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// Appends the text so that comparing the encoded bytes compares the texts, byte by byte, and no
/// encoding is a prefix of another: a zero byte becomes 00 FF, and 00 01 ends the text.
void append_ordered(std::string& out, std::string_view text);
/// The same for texts that begin with `prefix`: without the end mark.
void append_ordered_prefix(std::string& out, std::string_view prefix);

/// Appends the number so that comparing the encoded bytes compares the values; no encoding is a
/// prefix of another. The first byte is negative (01), zero (02) or positive (03); then follow the
/// exponent (one byte, -130..125) and two digits a byte, inverted for negative numbers. Throws
/// errc::invalid_value if it is not a DynamoDB number.
void append_ordered_number(std::string& out, std::string_view number);

/// Appends a key value; its type must match the schema.
void append_ordered(std::string& out, key_type type, const value_view& value);
/// The same for values that begin with `prefix`, a string or a binary value.
void append_ordered_prefix(std::string& out, key_type type, const value_view& prefix);

/// The smallest byte string after everything that begins with `prefix`; empty if there is none.
[[nodiscard]] std::string prefix_end(std::string prefix);

/// A hash of an encoded partition key, stable across machines and versions: it is stored in files.
[[nodiscard]] std::uint64_t stable_hash(std::string_view bytes) noexcept;

/// Appends the number so that comparing bytes compares numbers.
void append_big_endian(std::string& out, std::uint64_t value);

}  // namespace dynamo::engine::store
