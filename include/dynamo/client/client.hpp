// The operations of DynamoDB, one function each.
#pragma once

#include <dynamo/client/client_config.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/engine/embedded_engine.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/model/requests.hpp>
#include <dynamo/model/table_description.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo {

/// The result of a batch of writes: a `result<void>`, and the items not written.
struct [[nodiscard]] batch_write_result : result<void> {
  batch_write_result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): the writes come afterwards
  batch_write_result(result<void> outcome) : result<void>(std::move(outcome)) {}

  /// Every write that is not known to be done; empty on success. In no order, and numbers may be
  /// spelt as the service spells them. A write whose answer was lost is among them: writing it
  /// again does no harm.
  std::vector<write_request> unwritten{};
};

/// Thrown by `batch_write`: the error, and the items not written.
class unwritten_items : public exception {
 public:
  explicit unwritten_items(batch_write_result outcome);
  [[nodiscard]] const std::vector<write_request>& writes() const noexcept { return *writes_; }

 private:
  std::shared_ptr<const std::vector<write_request>> writes_;  // shared: copying cannot throw
};

/// A connection to one DynamoDB. A handle: copies share it; the last one, and the last stream made
/// from it, ends its network thread. Thread-safe. Constructing does no I/O and reads no
/// environment.
///
/// Belongs to the process that created it: in a child that a fork made, every function fails at
/// once with errc::invalid_argument, and its end does nothing. Create another one there.
///
/// Every `f()` throws `dynamo::exception`; its `try_f()` returns the error instead. Failures that
/// may pass are retried within the configuration's budgets before they are reported.
class client {
 public:
  /// Region, credentials and endpoint as the AWS CLI finds them, at the first request.
  [[nodiscard]] static client from_environment();
  explicit client(client_config config);
  /// On a DynamoDB in this process, in the file `path`, which is made if it is not there: as
  /// `embedded_engine::open`.
  [[nodiscard]] static client embedded(const std::string& path, engine_options options = {});
  /// On a new, empty DynamoDB in this process, which ends with the client.
  [[nodiscard]] static client in_memory(engine_options options = {});
  /// On an engine that others may use as well. Of the configuration, what leads to an endpoint and
  /// to credentials has no meaning.
  explicit client(const embedded_engine& on, client_config config = {});
  /// On a custom backend, such as one that a test scripts.
  explicit client(std::shared_ptr<backend> on, client_config config = {});

  /// Names of all tables, in the service's order.
  [[nodiscard]] std::vector<std::string> list_tables(const call_options& options = {}) const;
  result<std::vector<std::string>> try_list_tables(const call_options& options = {}) const;

  /// errc::not_found if the table does not exist.
  [[nodiscard]] table_description describe_table(const std::string& table,
                                                 const call_options& options = {}) const;
  result<table_description> try_describe_table(const std::string& table,
                                               const call_options& options = {}) const;

  /// Returns while the table is still being created: see `wait_until_active`. errc::conflict if it
  /// exists.
  table_description create_table(const create_table_request& request,
                                 const call_options& options = {}) const;
  result<table_description> try_create_table(const create_table_request& request,
                                             const call_options& options = {}) const;

  /// Returns while the table is still being changed.
  table_description update_table(const update_table_request& request,
                                 const call_options& options = {}) const;
  result<table_description> try_update_table(const update_table_request& request,
                                             const call_options& options = {}) const;

  /// From now on items end when the time in their `attribute`, a number of seconds since 1970, has
  /// passed; or no longer. The service deletes them within a few days (developer guide, time to
  /// live), the embedded engine within its `time_to_live_interval`.
  void set_time_to_live(const std::string& table, const std::string& attribute, bool enabled = true,
                        const call_options& options = {}) const;
  result<void> try_set_time_to_live(const std::string& table, const std::string& attribute,
                                    bool enabled = true, const call_options& options = {}) const;

  /// Returns while the table is still being deleted.
  void delete_table(const std::string& table, const call_options& options = {}) const;
  result<void> try_delete_table(const std::string& table, const call_options& options = {}) const;

  /// Asks until the table is ACTIVE. errc::deadline_exceeded after `timeout` or at the call's
  /// deadline, whichever comes first.
  table_description wait_until_active(const std::string& table,
                                      std::chrono::seconds timeout = std::chrono::minutes(10),
                                      const call_options& options = {}) const;
  result<table_description> try_wait_until_active(
      const std::string& table, std::chrono::seconds timeout = std::chrono::minutes(10),
      const call_options& options = {}) const;

  /// errc::conflict if the condition does not hold.
  void put_item(const put_item_request& request, const call_options& options = {}) const;
  result<void> try_put_item(const put_item_request& request,
                            const call_options& options = {}) const;

  /// Nothing if the item does not exist.
  [[nodiscard]] std::optional<owned_item> get_item(const get_item_request& request,
                                                   const call_options& options = {}) const;
  result<std::optional<owned_item>> try_get_item(const get_item_request& request,
                                                 const call_options& options = {}) const;
  /// The same as JSON text, for decoding into a struct.
  result<std::optional<std::string>> try_get_item_json(const get_item_request& request,
                                                       const call_options& options = {}) const;

  /// What `request.returned` asks for; nothing for return_values::none. errc::conflict if the
  /// condition does not hold.
  std::optional<owned_item> update_item(const update_item_request& request,
                                        const call_options& options = {}) const;
  result<std::optional<owned_item>> try_update_item(const update_item_request& request,
                                                    const call_options& options = {}) const;

  /// Deleting what is not there succeeds. errc::conflict if the condition does not hold.
  void delete_item(const delete_item_request& request, const call_options& options = {}) const;
  result<void> try_delete_item(const delete_item_request& request,
                               const call_options& options = {}) const;

  /// Writes any number of items, in requests of at most 25 items and 16 MB (DynamoDB API reference,
  /// BatchWriteItem). Items that the service leaves unprocessed are sent again until the retry
  /// budget passes without one being written: errc::throttled then. Order is not kept. Writing one
  /// key twice in a call is refused by the service if both meet in one request. On an error, the
  /// writes that are not known to be done come back: in `unwritten_items`, which is thrown, or in
  /// the result. `written`, if given, is called with the number of items after each request.
  void batch_write(const std::vector<write_request>& writes, const call_options& options = {},
                   const std::function<void(std::size_t)>& written = {}) const;
  batch_write_result try_batch_write(const std::vector<write_request>& writes,
                                     const call_options& options = {},
                                     const std::function<void(std::size_t)>& written = {}) const;

  /// Reads any number of items, in requests of at most 100 keys. Keys that the service leaves
  /// unprocessed are asked for again, as in `batch_write`. Items that do not exist are left out;
  /// order is not kept.
  [[nodiscard]] std::vector<owned_item> batch_get(const batch_get_request& request,
                                                  const call_options& options = {}) const;
  result<std::vector<owned_item>> try_batch_get(const batch_get_request& request,
                                                const call_options& options = {}) const;

  /// All of the writes, or none. errc::conflict if a condition does not hold or another write was
  /// in the way: `error::reasons` then has a code for each action. Throws errc::invalid_argument
  /// for an update that wants something returned.
  void transact_write(const transact_write_request& request,
                      const call_options& options = {}) const;
  result<void> try_transact_write(const transact_write_request& request,
                                  const call_options& options = {}) const;

  /// The items as they are at one moment, in the order of the request; nothing where there is none.
  [[nodiscard]] std::vector<std::optional<owned_item>> transact_get(
      const transact_get_request& request, const call_options& options = {}) const;
  result<std::vector<std::optional<owned_item>>> try_transact_get(
      const transact_get_request& request, const call_options& options = {}) const;

  /// One page of a query. `table<T>::query` follows the pages.
  [[nodiscard]] item_page query(const query_request& request,
                                const call_options& options = {}) const;
  result<item_page> try_query(const query_request& request, const call_options& options = {}) const;

  /// One page of a scan. `table<T>` has scans of whole tables.
  [[nodiscard]] item_page scan(const scan_request& request, const call_options& options = {}) const;
  result<item_page> try_scan(const scan_request& request, const call_options& options = {}) const;

  /// What the operations go through.
  [[nodiscard]] const std::shared_ptr<backend>& shared_backend() const noexcept { return backend_; }
  /// The configuration it was made with.
  [[nodiscard]] const client_config& config() const noexcept { return *config_; }

 private:
  result<backend_response> call(operation op, std::string body, const std::string& table,
                                const call_options& options) const;

  std::shared_ptr<const client_config> config_;
  std::shared_ptr<backend> backend_;
};

}  // namespace dynamo
