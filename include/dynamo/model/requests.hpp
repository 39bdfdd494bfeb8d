// What is asked of a table: plain data with a default for every member.
#pragma once

#include <dynamo/model/encoded_item.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dynamo {

/// Substitutes for names in expressions: {"#s", "status"}.
using attribute_names = std::map<std::string, std::string>;
/// Substitutes for values in expressions: {":min", 18}.
using attribute_values = attribute_map;

/// Which attributes a Scan or Query returns.
enum class select : std::uint8_t {
  service_default,           ///< all attributes; all projected ones of an index
  all_attributes,            ///< ALL_ATTRIBUTES
  all_projected_attributes,  ///< ALL_PROJECTED_ATTRIBUTES: only with an index
  specific_attributes,       ///< SPECIFIC_ATTRIBUTES: only with a projection expression
  count,                     ///< COUNT: no items, and the same price
};

/// What UpdateItem gives back.
enum class return_values : std::uint8_t { none, all_old, updated_old, all_new, updated_new };

/// Writes a whole item, replacing one of the same key.
struct put_item_request {
  std::string table{};
  encoded_item item{};
  std::string condition_expression{};  ///< empty: unconditional
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};
};

struct get_item_request {
  std::string table{};
  encoded_item key{};
  bool consistent_read = false;
  std::string projection_expression{};  ///< empty: all attributes
  attribute_names expression_attribute_names{};
};

struct update_item_request {
  std::string table{};
  encoded_item key{};
  std::string update_expression{};
  std::string condition_expression{};  ///< empty: unconditional
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};
  return_values returned = return_values::none;
};

struct delete_item_request {
  std::string table{};
  encoded_item key{};
  std::string condition_expression{};  ///< empty: unconditional
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};
};

/// One write of a batch.
struct put_request {
  std::string table{};
  encoded_item item{};
};
struct delete_request {
  std::string table{};
  encoded_item key{};
};
using write_request = std::variant<put_request, delete_request>;

/// One read of a batch.
struct batch_get_request {
  std::string table{};
  std::vector<encoded_item> keys{};
  bool consistent_read = false;
};

/// A condition on an item that the transaction does not write.
struct condition_check_request {
  std::string table{};
  encoded_item key{};
  std::string condition_expression{};
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};
};
/// One action of a transaction. An update gives nothing back: its `returned` stays `none`.
using transact_action = std::variant<put_item_request, update_item_request, delete_item_request,
                                     condition_check_request>;

/// Writes that are all done, or none: at most 100, each on another item (DynamoDB API reference,
/// TransactWriteItems).
struct transact_write_request {
  std::vector<transact_action> actions{};
  /// At most 36 characters; the same request with the same token is carried out once within ten
  /// minutes. Empty: a token is made up, so that an answer that is lost does no harm.
  std::string client_request_token{};
};

/// Reads of one moment: at most 100. They are consistent, whatever their `consistent_read` says.
struct transact_get_request {
  std::vector<get_item_request> gets{};
};

/// One page of a Query.
struct query_request {
  std::string table{};
  std::string index_name{};  ///< empty: the table itself
  std::string key_condition_expression{};
  std::string filter_expression{};
  std::string projection_expression{};
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};
  bool consistent_read = false;
  bool ascending = true;                 ///< order of the sort key
  std::optional<std::uint32_t> limit{};  ///< items evaluated, before the filter; at least 1
  select selected = select::service_default;
  encoded_item exclusive_start_key{};  ///< the last page's last_evaluated_key
};

/// One page of a Scan.
struct scan_request {
  std::string table{};
  std::string index_name{};  ///< empty: the table itself
  std::string filter_expression{};
  std::string projection_expression{};
  attribute_names expression_attribute_names{};
  attribute_values expression_attribute_values{};
  bool consistent_read = false;
  std::optional<std::uint32_t> limit{};  ///< items evaluated, before the filter; at least 1
  select selected = select::service_default;
  std::optional<std::uint32_t> segment{};         ///< with total_segments, and below it
  std::optional<std::uint32_t> total_segments{};  ///< 1 to 1,000,000
  encoded_item exclusive_start_key{};             ///< the last page's last_evaluated_key
};

/// One page of a Scan or Query, with its items copied out.
struct item_page {
  std::vector<owned_item> items{};
  std::uint64_t scanned_count = 0;            ///< items evaluated, before the filter
  std::uint64_t count = 0;                    ///< items that passed the filter
  std::optional<double> consumed_capacity{};  ///< read units, if the service told
  encoded_item last_evaluated_key{};          ///< empty: there is no further page
};

}  // namespace dynamo
