// Tables with items of one type.
#pragma once

#include <dynamo/client/client.hpp>
#include <dynamo/core/page_chain.hpp>
#include <dynamo/process/mailbox.hpp>
#include <dynamo/process/process.hpp>
#include <dynamo/process/scan_pump.hpp>
#include <dynamo/scan/scan_options.hpp>
#include <dynamo/stream/scan_stream.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

/// The counts of a counting scan.
struct item_counts {
  std::uint64_t items = 0;          ///< items that passed the filter
  std::uint64_t scanned_items = 0;  ///< items that were evaluated
};

/// A table whose items are `T`: a mapped struct, or `item` for items of any shape. A handle: cheap
/// to copy.
///
/// Throws: every `f()` throws `dynamo::exception`; its `try_f()` returns the error instead. Both
/// throw if an option is invalid. Thread safety: thread-safe. Lifetime: streams may outlive the
/// table.
template <class T>
class table {
  static_assert(detail::streamable<T>,
                "dynamo: a table is of a struct with a dynamo::mapping, or of dynamo::item.");
  static constexpr bool generic = std::is_same_v<T, item>;
  static_assert(generic || detail::has_keys<T>,
                "dynamo: a table is of a struct with a dynamo::table_mapping, which has its name "
                "and keys; an object_mapping is for structs within an item.");

 public:
  /// The type of items that are kept beyond their page: `T`, or `owned_item` for `item`.
  using kept_type = std::conditional_t<generic, owned_item, T>;

  /// The table named in the mapping.
  explicit table(client db)
    requires mapped<T>
      : table(std::move(db), std::string(mapping<T>.table)) {
    static_assert(!mapping<T>.table.empty(),
                  "dynamo: the mapping names no table: give the name to the constructor.");
  }
  table(client db, std::string name) : client_(std::move(db)), name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Returns all items, fetched on demand with one page in memory at a time. Sequential:
  /// `options.segments` must be unset or 1.
  [[nodiscard]] scan_stream<T> stream_scan(const scan_options& options = {}) const {
    return scan_stream<T>(pages(of_items(sequential(options)), options.read_ahead), name_);
  }

  /// Returns all items, read from `options.segments` segments concurrently, in bounded memory.
  /// Items of one segment come in order; segments take turns.
  [[nodiscard]] scan_stream<T> stream_parallel_scan(const scan_options& options = {}) const {
    return scan_stream<T>(pages(of_items(parallel(options)), true), name_);
  }

  /// Sends all items to a receiver, from the task's own thread: one item per message, or
  /// `options.batch_size` items, then one message that reports the end. A full mailbox delays the
  /// requests; a receiver that is closed ends the scan. Reads `options.segments` segments
  /// concurrently; unset: 1. For `item`, the messages contain `owned_item`. Throws if an option is
  /// invalid.
  template <class M>
  [[nodiscard]] scan_task stream_scan_to_process(mailbox<M>& to, const scan_options& options = {},
                                                 message_formats<kept_type, M> shapes = {}) const {
    return deliver<M>(to.get_sender(), options, std::move(shapes));
  }
  template <class M>
  [[nodiscard]] scan_task stream_scan_to_process(mailbox_sender<M> to,
                                                 const scan_options& options = {},
                                                 message_formats<kept_type, M> shapes = {}) const {
    return deliver<M>(std::move(to), options, std::move(shapes));
  }
  template <class M>
  [[nodiscard]] scan_task stream_scan_to_process(process_sender<M> to,
                                                 const scan_options& options = {},
                                                 message_formats<kept_type, M> shapes = {}) const {
    return deliver<M>(std::move(to), options, std::move(shapes));
  }
  template <class State, class M>
  [[nodiscard]] scan_task stream_scan_to_process(process<State, M>& to,
                                                 const scan_options& options = {},
                                                 message_formats<kept_type, M> shapes = {}) const {
    return deliver<M>(to.get_sender(), options, std::move(shapes));
  }

  /// Returns all items at once: memory grows with the table. Does not accept a checkpoint, since no
  /// item is processed before the end.
  [[nodiscard]] std::vector<kept_type> scan(const scan_options& options = {}) const {
    return try_scan(options).value();
  }
  result<std::vector<kept_type>> try_scan(const scan_options& options = {}) const {
    return collect(scan_stream<T>(pages(of_items(sequential(in_one(options))), true), name_));
  }
  /// The same, with segments scanned concurrently.
  [[nodiscard]] std::vector<kept_type> parallel_scan(const scan_options& options = {}) const {
    return try_parallel_scan(options).value();
  }
  result<std::vector<kept_type>> try_parallel_scan(const scan_options& options = {}) const {
    return collect(stream_parallel_scan(in_one(options)));
  }

  /// Returns the number of items without transferring them. Costs as much as reading them.
  [[nodiscard]] item_counts count(const scan_options& options = {}) const {
    return try_count(options).value();
  }
  result<item_counts> try_count(scan_options options = {}) const {
    options.select = select::count;
    page_source source = pages(parallel(in_one(options)), true);
    item_counts counts;
    for (;;) {
      auto arrived = source.next();
      if (!arrived) return std::move(arrived).error();
      if (!*arrived) return counts;
      counts.items += (*arrived)->wanted;
      counts.scanned_items += (*arrived)->scanned_count();
    }
  }

  /// Returns the source of the pages, from which all streams pull. Thread-safe.
  [[nodiscard]] page_source pages(const scan_options& options, bool ahead = true) const {
    return page_source(client_.shared_backend(), name_, options, ahead);
  }

  /// The same, resumed from the positions of another scan with the same number of segments.
  [[nodiscard]] page_source pages(const scan_options& options, bool ahead,
                                  const std::vector<segment_position>& from) const {
    return page_source(client_.shared_backend(), name_, options, ahead, from);
  }

  /// Writes the whole item, replacing an item with the same key.
  void put(const kept_type& value, const call_options& call = {}) const {
    try_put(value, call).value();
  }
  result<void> try_put(const kept_type& value, const call_options& call = {}) const {
    auto item = try_encode([&] { return encoded_item(value); });
    if (!item) return std::move(item).error();
    return client_.try_put_item({.table = name_, .item = *std::move(item)}, call);
  }

  /// Writes all `values`; see `client::batch_write`. If one of them cannot be encoded, nothing is
  /// written, and `unwritten` is empty.
  void put_all(const std::vector<kept_type>& values, const call_options& call = {}) const {
    client_.batch_write(try_encode([&] { return puts_of(values); }).value(), call);
  }
  batch_write_result try_put_all(const std::vector<kept_type>& values,
                                 const call_options& call = {}) const {
    auto writes = try_encode([&] { return puts_of(values); });
    if (!writes) return result<void>(std::move(writes).error());
    return client_.try_batch_write(*writes, call);
  }

  /// Returns the item with this key, given in the order partition key, sort key; nothing if it does
  /// not exist. For `table<item>`, give the key as an `owned_item`.
  template <class... Key>
  [[nodiscard]] std::optional<kept_type> get(const Key&... key) const {
    return try_get(key...).value();
  }
  template <class... Key>
  result<std::optional<kept_type>> try_get(const Key&... key) const {
    auto wanted = try_key_of(key...);
    if (!wanted) return std::move(wanted).error();
    if constexpr (generic) {
      return client_.try_get_item({.table = name_, .key = *std::move(wanted)});
    } else {
      auto text = client_.try_get_item_json({.table = name_, .key = *std::move(wanted)});
      if (!text) return std::move(text).error();
      if (!*text) return std::optional<T>();
      return decode(**text);
    }
  }

  /// Deletes the item with this key, given as for `get`, if it exists.
  template <class... Key>
  void remove(const Key&... key) const {
    try_remove(key...).value();
  }
  template <class... Key>
  result<void> try_remove(const Key&... key) const {
    auto wanted = try_key_of(key...);
    if (!wanted) return std::move(wanted).error();
    return client_.try_delete_item({.table = name_, .key = *std::move(wanted)});
  }

  /// Changes attributes of one item. `request.table` is set by this function; create the key with
  /// `key_of`.
  std::optional<owned_item> update(update_item_request request,
                                   const call_options& call = {}) const {
    request.table = name_;
    return client_.update_item(request, call);
  }

  /// Returns all items of a query, in order. `request.table` is set by this function;
  /// `request.limit` is the page size. Throws errc::invalid_argument for `select::count`, which
  /// returns no items.
  [[nodiscard]] std::vector<kept_type> query(query_request request,
                                             const call_options& call = {}) const {
    return try_query(std::move(request), call).value();
  }
  result<std::vector<kept_type>> try_query(query_request request,
                                           const call_options& call = {}) const {
    if (request.selected == dynamo::select::count) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "query: select count returns no items; use client::query and add "
                                  "up the count of its pages"});
    }
    request.table = name_;
    std::vector<kept_type> found;
    detail::page_chain chain(request.exclusive_start_key.json());
    do {
      auto answer = client_.try_query(request, call);
      if (!answer) return std::move(answer).error();
      if (!chain.leads_on(request.exclusive_start_key.json(), answer->last_evaluated_key.json(),
                          answer->scanned_count)) {
        return error{.kind = errc::invalid_response,
                     .message =
                         "the service repeats a LastEvaluatedKey within one query, so that "
                         "the query would never end",
                     .table = name_};
      }
      for (owned_item& each : answer->items) {
        if constexpr (generic) {
          auto kept = keep(found, std::move(each));
          if (!kept) return std::move(kept).error();
        } else {
          auto decoded = decode(to_json(each));
          if (!decoded) return std::move(decoded).error();
          auto kept = keep(found, **std::move(decoded));
          if (!kept) return std::move(kept).error();
        }
      }
      request.exclusive_start_key = std::move(answer->last_evaluated_key);
    } while (!request.exclusive_start_key.empty());
    return found;
  }

  [[nodiscard]] table_description describe(const call_options& call = {}) const {
    return client_.describe_table(name_, call);
  }

  /// Returns a key from its parts, in the order partition key, sort key.
  template <class... Key>
  [[nodiscard]] static encoded_item key_of(const Key&... key) {
    if constexpr (generic) {
      return encoded_item(key...);
    } else {
      constexpr auto names = key_names();
      static_assert(sizeof...(Key) == names.size(),
                    "dynamo: give as many values as the mapping has keys.");
      owned_item parts;
      std::size_t i = 0;
      ((parts.emplace(std::string(names[i++]), attribute(key))), ...);
      return parts;
    }
  }

 private:
  std::vector<write_request> puts_of(const std::vector<kept_type>& values) const {
    std::vector<write_request> writes;
    writes.reserve(values.size());
    for (const auto& value : values) writes.emplace_back(put_request{name_, value});
    return writes;
  }

  static constexpr auto key_names() {
    using detail::field_role;
    constexpr std::size_t count = std::apply(
        [](const auto&... field) {
          return (std::size_t{std::remove_cvref_t<decltype(field)>::role != field_role::plain} +
                  ...);
        },
        mapping<T>.fields);
    std::array<std::string_view, count> names{};
    auto place = [&](const auto& field) {
      constexpr auto role = std::remove_cvref_t<decltype(field)>::role;
      if constexpr (role == field_role::partition_key) names[0] = field.name;
      if constexpr (role == field_role::sort_key) names[1] = field.name;
    };
    std::apply([&](const auto&... field) { (place(field), ...); }, mapping<T>.fields);
    return names;
  }

  // Only `count` can use pages without items.
  static scan_options of_items(scan_options options) {
    if (options.select == dynamo::select::count) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "scan: select count returns no items; use count()"});
    }
    return options;
  }
  static scan_options sequential(scan_options options) {
    if (options.segments.value_or(1) != 1) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "a sequential scan has one segment: use stream_parallel_scan or "
                                  "parallel_scan for more"});
    }
    options.segments = 1;
    return options;
  }
  static scan_options parallel(scan_options options) {
    if (!options.segments) options.segments = detail::kept_segments(options, 8);
    return options;
  }
  static scan_options in_one(scan_options options) {
    if (options.checkpoint) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "a scan that gives everything in one result takes no checkpoint: "
                                  "use stream_scan or stream_parallel_scan"});
    }
    return options;
  }

  // Returns the result of `encode`. Its exceptions, for example of a conversion, become errors of
  // the value.
  template <class Encode>
  auto try_encode(Encode encode) const -> result<decltype(encode())> {
    try {
      return encode();
    } catch (...) {
      error failure = detail::caught_error();
      if (failure.kind == errc::callback) failure.kind = errc::invalid_value;
      failure.table = name_;
      return failure;
    }
  }
  template <class... Key>
  result<encoded_item> try_key_of(const Key&... key) const {
    return try_encode([&] { return key_of(key...); });
  }

  // All items returned outside of pages are decoded here or in `collect`.
  result<std::optional<T>> decode(const std::string& json) const {
    static_assert(!detail::holds_views<T>,
                  "dynamo: an item that is kept cannot view its page: use std::string members.");
    const body_buffer padded{std::string_view(json)};
    detail::arena memory;
    detail::decode_context context(detail::json_cursor(padded.data()), memory);
    try {
      std::optional<T> decoded(std::in_place);
      if (!detail::object_codec<T>::decode(context, *decoded)) return context.take_error(name_);
      return decoded;
    } catch (...) {
      return detail::thrown_by_item(name_);
    }
  }
  template <class Item>
  result<void> keep(std::vector<kept_type>& items, Item&& item) const {
    try {
      if constexpr (std::same_as<std::remove_cvref_t<Item>, dynamo::item>) {
        items.push_back(item.to_owned());
      } else {
        items.push_back(std::forward<Item>(item));
      }
    } catch (...) {
      return detail::thrown_by_item(name_);
    }
    return {};
  }

  template <class M, class Sender>
  scan_task deliver(Sender to, const scan_options& options,
                    message_formats<kept_type, M> shapes) const {
    static_assert(generic || !detail::holds_views<T>,
                  "dynamo: items that are sent cannot view their pages: use std::string members.");
    return detail::start_delivery<T, kept_type, M>(
        client_.shared_backend(), name_, of_items(options), std::move(to), std::move(shapes));
  }

  result<std::vector<kept_type>> collect(scan_stream<T> stream) const {
    static_assert(generic || !detail::holds_views<T>,
                  "dynamo: items that are kept cannot view their pages: use std::string members, "
                  "or stream_scan.");
    std::vector<kept_type> items;
    for (;;) {
      auto next = stream.try_next();
      if (!next) return std::move(next).error();
      if (*next == nullptr) return items;
      auto kept = keep(items, std::move(**next));
      if (!kept) return std::move(kept).error();
    }
  }

  client client_;
  std::string name_;
};

}  // namespace dynamo
