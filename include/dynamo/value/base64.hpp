// Base64 as DynamoDB writes binary values: the standard alphabet, padded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::detail {

void append_base64(std::string& out, const std::vector<std::byte>& contents);

/// How many bytes `text`, which is padded base64, stands for.
[[nodiscard]] std::size_t decoded_base64_size(std::string_view text);

/// Compares what two texts in padded base64 stand for, byte by byte: negative, zero or positive.
[[nodiscard]] int compare_base64(std::string_view a, std::string_view b);

/// False if `text` is not padded base64; `out` then holds what was decoded so far.
bool decode_base64(std::string_view text, std::vector<std::byte>& out);

}  // namespace dynamo::detail
