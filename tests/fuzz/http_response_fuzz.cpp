// Responses from their header lines to what a caller is told: no response makes the client read
// beyond its bytes, and what is taken for a success has the checksum that its header promises.
#include "auth/service_clock.hpp"
#include "client/service_error.hpp"
#include "model/decode.hpp"
#include "net/response_header.hpp"

#include <dynamo/model/page.hpp>
#include <dynamo/scan/raw_items.hpp>

#include <libdeflate.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace dynamo;

void require(bool holds) {
  if (!holds) std::abort();
}

// The status line, header lines and body of `text`.
net::http_response read(std::string_view text) {
  net::http_response response;
  for (;;) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return response;
    const std::string_view line = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    if (line == "\r\n" || line == "\n") break;
    net::read_header_line(line, response);
    const auto status = line.find(' ');
    if (line.starts_with("HTTP/") && status != std::string_view::npos)
      std::from_chars(line.data() + status + 1, line.data() + line.size(), response.status);
  }
  response.body = body_buffer(text);
  return response;
}

void read_as_page(std::string_view body) {
  const auto opened = page::open(body_buffer(body));
  if (!opened) return;
  raw_items items(*opened);
  std::string_view item;
  std::uint64_t count = 0;
  for (;;) {
    const auto more = items.try_next(item);
    if (!more) return;
    if (!*more) break;
    require(body.size() >= item.size());
    ++count;
  }
  require(count == opened->count() || opened->items_begin() == nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const net::http_response response = read(text);
  require(response.request_id.find_first_of("\r\n") == std::string::npos);

  const auto failed = wire::failure_in(response);
  const std::string_view body = response.body.text();
  if (failed) {
    require(!failed->reason.message.empty());
    require(failed->reason.request_id == response.request_id);
  } else {
    require(response.status == 200);
    require(!response.crc32 || libdeflate_crc32(0, body.data(), body.size()) == *response.crc32);
  }

  auth::service_clock clock;
  const auto local = std::chrono::system_clock::time_point(std::chrono::hours(24 * 365 * 50));
  const bool moved = clock.learn(response.date, local, local);
  require(moved == (clock.offset() != std::chrono::seconds(0)));
  if (moved) require(!clock.learn(response.date, clock.at(local), local));

  read_as_page(body);
  const body_buffer& whole = response.body;
  (void)model::decode_acknowledgement(whole);
  (void)model::decode_list_tables(whole);
  (void)model::decode_table(whole);
  (void)model::decode_item(whole, "Item");
  (void)model::decode_batch_get(whole);
  if (const auto left = model::decode_batch_write(whole)) {
    for (const auto& [table, entries] : left->by_table)
      for (const std::string& entry : entries) (void)model::decode_write(table, entry);
  }
  return 0;
}
