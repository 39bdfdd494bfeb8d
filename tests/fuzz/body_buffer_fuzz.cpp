// A body_buffer must hold what was appended, in any order of calls, with zero bytes behind it.
#include <dynamo/core/body_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace {

void require(bool holds) {
  if (!holds) std::abort();  // libFuzzer keeps the input of a program that aborts
}

void check(dynamo::body_buffer& buffer, std::string_view expected) {
  buffer.finish();
  require(buffer.text() == expected);
  require(buffer.size() <= buffer.capacity());
  for (std::size_t i = 0; i < dynamo::body_buffer::padding; ++i) {
    require(buffer.data()[buffer.size() + i] == '\0');
  }
}

}  // namespace

// The first byte is the capacity; then each byte is a call, with the next one as its length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  dynamo::body_buffer buffer(data[0]);
  std::string expected;
  for (std::size_t at = 1; at + 1 < size; at += 2) {
    switch (data[at] % 4) {
      case 0: {
        const std::string_view bytes = input.substr(0, data[at + 1]);
        buffer.append(bytes);
        expected.append(bytes);
        break;
      }
      case 1:
        buffer.clear();
        expected.clear();
        break;
      case 2: {
        dynamo::body_buffer moved(std::move(buffer));
        check(moved, expected);
        buffer = std::move(moved);
        break;
      }
      default:
        buffer = dynamo::body_buffer(std::string_view(expected));
        break;
    }
  }
  check(buffer, expected);
  return 0;
}
