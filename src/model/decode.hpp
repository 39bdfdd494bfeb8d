// Answers of the DynamoDB API (version 2012-08-10), out of their JSON bodies.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/requests.hpp>
#include <dynamo/model/table_description.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::model {

struct table_names {
  std::vector<std::string> names;
  std::optional<std::string> next;  ///< unset: there are no more
};

/// What a batch left undone, as encoded entries or keys by table.
struct unprocessed {
  std::map<std::string, std::vector<std::string>> by_table;
};

struct batch_items {
  std::vector<owned_item> items;
  std::vector<std::string> unprocessed_keys;
};

// Each is errc::invalid_response if the body is not what the API allows.
/// An answer of which only matters that it is the service's: an object.
[[nodiscard]] result<void> decode_acknowledgement(const body_buffer& body);
[[nodiscard]] result<table_names> decode_list_tables(const body_buffer& body);
/// From DescribeTable ("Table") or CreateTable and DeleteTable ("TableDescription").
[[nodiscard]] result<table_description> decode_table(const body_buffer& body);
/// The member `name` as an item, if it is there: "Item", "Attributes".
[[nodiscard]] result<std::optional<owned_item>> decode_item(const body_buffer& body,
                                                            std::string_view name);
/// The member `name` as JSON text, if it is there.
[[nodiscard]] result<std::optional<std::string>> decode_item_text(const body_buffer& body,
                                                                  std::string_view name);
/// One write as `encode_entry` writes it, and as a batch gives it back.
[[nodiscard]] result<write_request> decode_write(const std::string& table, std::string_view entry);
[[nodiscard]] result<unprocessed> decode_batch_write(const body_buffer& body);
[[nodiscard]] result<batch_items> decode_batch_get(const body_buffer& body);
/// One entry for each of `wanted` reads, without a value where there is no such item.
[[nodiscard]] result<std::vector<std::optional<owned_item>>> decode_transact_get(
    const body_buffer& body, std::size_t wanted);

}  // namespace dynamo::model
