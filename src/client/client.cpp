#include "client/answers.hpp"
#include "client/batch.hpp"
#include "client/wire_backend.hpp"
#include "model/decode.hpp"
#include "model/encode.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/value/item_parser.hpp>

#include <algorithm>
#include <future>
#include <map>
#include <utility>

namespace dynamo {

using wire::decoded;
using wire::with_context;
using wire::without_value;

namespace {

result<item_page> read_page(body_buffer& body, select selected) {
  auto opened = page::open(std::move(body));
  if (!opened) return std::move(opened).error();
  item_page out;
  out.count = opened->count();
  out.scanned_count = opened->scanned_count();
  out.consumed_capacity = opened->consumed_capacity();
  out.last_evaluated_key = encoded_item::from_json(std::string(opened->last_evaluated_key()));
  detail::arena memory;
  detail::item_parser parser;
  detail::decode_context context(detail::json_cursor(opened->items_begin()), memory);
  if (opened->items_begin() == nullptr) {
    if (out.count == 0 || selected == select::count) return out;
    context.malformed("as many items as it says");
    return context.take_error("");
  }
  item each;
  bool read = true;
  try {
    const bool whole = context.cursor.array([&] {
      read = parser.parse(context, each);
      if (read) out.items.push_back(each.to_owned());
      return read;
    });
    if (!whole && read) context.malformed("an array of items");
    if (!whole) return context.take_error("");
  } catch (const exception& unfit) {
    return unfit.details();
  }
  if (!opened->ends_items(context.cursor.position()) || out.items.size() != out.count) {
    context.malformed("as many items as it says");
    return context.take_error("");
  }
  return out;
}

}  // namespace

unwritten_items::unwritten_items(batch_write_result outcome)
    : exception(std::move(outcome.error())),
      writes_(std::make_shared<const std::vector<write_request>>(std::move(outcome.unwritten))) {}

client client::from_environment() {
  return client(client_config{});
}

client::client(client_config config)
    : config_(std::make_shared<const client_config>(std::move(config))),
      backend_(wire::make_wire_backend(*config_, wire::default_dependencies(*config_))) {}

client::client(std::shared_ptr<backend> on, client_config config)
    : config_(std::make_shared<const client_config>(std::move(config))), backend_(std::move(on)) {}

result<backend_response> client::call(operation op, std::string body, const std::string& table,
                                      const call_options& options) const {
  // Shared: this thread may be back before set_value() has returned on the other one.
  const auto answered = std::make_shared<std::promise<result<backend_response>>>();
  auto answer = answered->get_future();
  backend_->submit(
      {.op = op,
       .body = std::move(body),
       .table = table,
       .stop = options.stop,
       .deadline = options.deadline},
      [answered](result<backend_response> response) { answered->set_value(std::move(response)); });
  return answer.get();
}

result<void> client::try_put_item(const put_item_request& request,
                                  const call_options& options) const {
  return without_value(call(operation::put_item, model::encode(request), request.table, options),
                       request.table);
}

result<std::optional<owned_item>> client::try_get_item(const get_item_request& request,
                                                       const call_options& options) const {
  return decoded(call(operation::get_item, model::encode(request), request.table, options),
                 request.table,
                 [](const body_buffer& body) { return model::decode_item(body, "Item"); });
}

result<std::optional<std::string>> client::try_get_item_json(const get_item_request& request,
                                                             const call_options& options) const {
  return decoded(call(operation::get_item, model::encode(request), request.table, options),
                 request.table,
                 [](const body_buffer& body) { return model::decode_item_text(body, "Item"); });
}

result<std::optional<owned_item>> client::try_update_item(const update_item_request& request,
                                                          const call_options& options) const {
  return decoded(call(operation::update_item, model::encode(request), request.table, options),
                 request.table,
                 [](const body_buffer& body) { return model::decode_item(body, "Attributes"); });
}

result<void> client::try_delete_item(const delete_item_request& request,
                                     const call_options& options) const {
  return without_value(call(operation::delete_item, model::encode(request), request.table, options),
                       request.table);
}

batch_write_result client::try_batch_write(const std::vector<write_request>& writes,
                                           const call_options& options,
                                           const std::function<void(std::size_t)>& written) const {
  std::deque<wire::batch_entry> pending;
  for (std::size_t place = 0; place < writes.size(); ++place) {
    std::visit([&](const auto& each) { pending.push_back({.table = each.table, .place = place}); },
               writes[place]);
  }
  const auto encode = [&](std::size_t place) { return model::encode_entry(writes[place]); };
  auto send =
      [&](const std::vector<wire::batch_entry>& entries) -> result<std::vector<wire::batch_entry>> {
    std::map<std::string, std::vector<std::string_view>> by_table;
    for (const auto& entry : entries) by_table[entry.table].push_back(entry.json);
    const std::string& table = entries.front().table;
    auto answer = decoded(
        call(operation::batch_write_item, model::encode_batch_write(by_table), table, options),
        table, model::decode_batch_write);
    if (!answer) return std::move(answer).error();
    std::vector<wire::batch_entry> left;
    for (auto& [name, entry_texts] : answer->by_table) {
      for (std::string& text : entry_texts) {
        // Now, when the whole request can still be taken for unwritten.
        if (auto write = model::decode_write(name, text); !write)
          return with_context(std::move(write).error(), table, {});
        left.push_back({name, std::move(text)});
      }
    }
    return left;
  };
  batch_write_result outcome =
      wire::send_all(pending, wire::max_writes, encode, send, written, *wire::time_of(*config_),
                     *wire::random_of(*config_), config_->retry_budget, options);
  for (const wire::batch_entry& each : pending) {
    outcome.unwritten.push_back(each.place ? writes[*each.place]
                                           : model::decode_write(each.table, each.json).value());
  }
  return outcome;
}

result<std::vector<owned_item>> client::try_batch_get(const batch_get_request& request,
                                                      const call_options& options) const {
  std::deque<wire::batch_entry> pending;
  for (const encoded_item& key : request.keys) pending.push_back({request.table, key.json()});
  std::vector<owned_item> items;
  auto send =
      [&](const std::vector<wire::batch_entry>& entries) -> result<std::vector<wire::batch_entry>> {
    std::vector<std::string> keys;
    keys.reserve(entries.size());
    for (const auto& entry : entries) keys.push_back(entry.json);
    auto answer =
        decoded(call(operation::batch_get_item,
                     model::encode_batch_get(request.table, keys, request.consistent_read),
                     request.table, options),
                request.table, model::decode_batch_get);
    if (!answer) return std::move(answer).error();
    std::ranges::move(answer->items, std::back_inserter(items));
    std::vector<wire::batch_entry> left;
    for (std::string& key : answer->unprocessed_keys) {
      left.push_back({request.table, std::move(key)});
    }
    return left;
  };
  auto sent = wire::send_all(pending, wire::max_keys, {}, send, {}, *wire::time_of(*config_),
                             *wire::random_of(*config_), config_->retry_budget, options);
  if (!sent) return std::move(sent).error();
  return items;
}

result<item_page> client::try_query(const query_request& request,
                                    const call_options& options) const {
  auto response = call(operation::query, model::encode(request), request.table, options);
  if (!response) return std::move(response).error();
  auto read = read_page(response->body, request.selected);
  if (!read) return with_context(std::move(read).error(), request.table, *response);
  return read;
}

result<item_page> client::try_scan(const scan_request& request, const call_options& options) const {
  auto response = call(operation::scan, model::encode(request), request.table, options);
  if (!response) return std::move(response).error();
  auto read = read_page(response->body, request.selected);
  if (!read) return with_context(std::move(read).error(), request.table, *response);
  return read;
}

// The throwing twins.

void client::put_item(const put_item_request& request, const call_options& options) const {
  try_put_item(request, options).value();
}
std::optional<owned_item> client::get_item(const get_item_request& request,
                                           const call_options& options) const {
  return try_get_item(request, options).value();
}
std::optional<owned_item> client::update_item(const update_item_request& request,
                                              const call_options& options) const {
  return try_update_item(request, options).value();
}
void client::delete_item(const delete_item_request& request, const call_options& options) const {
  try_delete_item(request, options).value();
}
void client::batch_write(const std::vector<write_request>& writes, const call_options& options,
                         const std::function<void(std::size_t)>& written) const {
  auto outcome = try_batch_write(writes, options, written);
  if (!outcome) throw unwritten_items(std::move(outcome));
}
std::vector<owned_item> client::batch_get(const batch_get_request& request,
                                          const call_options& options) const {
  return try_batch_get(request, options).value();
}
item_page client::query(const query_request& request, const call_options& options) const {
  return try_query(request, options).value();
}
item_page client::scan(const scan_request& request, const call_options& options) const {
  return try_scan(request, options).value();
}

}  // namespace dynamo
