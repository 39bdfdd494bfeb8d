// The client: one function for each DynamoDB operation.
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

/// The result of a batch of writes, and the writes that were not made.
struct [[nodiscard]] batch_write_result : result<void> {
  batch_write_result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): the writes come afterwards
  batch_write_result(result<void> outcome) : result<void>(std::move(outcome)) {}

  /// Every write that is not known to be done; empty on success. In no order; numbers may be
  /// formatted as the service formats them. A write whose response was lost is included: writing it
  /// again is harmless.
  std::vector<write_request> unwritten{};
};

/// The exception of `batch_write`: the error, and the writes that were not made.
class unwritten_items : public exception {
 public:
  explicit unwritten_items(batch_write_result outcome);
  [[nodiscard]] const std::vector<write_request>& writes() const noexcept { return *writes_; }

 private:
  std::shared_ptr<const std::vector<write_request>> writes_;  // shared: copying cannot throw
};

/// A connection to one DynamoDB. A handle: copies share the connection; its network thread ends
/// when the last copy and the last stream made from it are destroyed. Construction does no I/O and
/// reads no environment.
///
/// After a fork, every function fails in the child at once with errc::invalid_argument, and the
/// destructor does nothing. Create a new client in the child.
///
/// Failures that may be transient are retried within the configuration's budgets before they are
/// reported.
///
/// Throws: every `f()` throws `dynamo::exception`; its `try_f()` returns the error instead. Thread
/// safety: thread-safe.
class client {
 public:
  /// Creates a client that finds region, credentials and endpoint as the AWS CLI does, at the first
  /// request.
  [[nodiscard]] static client from_environment();
  explicit client(client_config config);
  /// Creates a client of a DynamoDB in this process, in the file `path`, which is created if it
  /// does not exist: see `embedded_engine::open`.
  [[nodiscard]] static client embedded(const std::string& path, engine_options options = {});
  /// Creates a client of a new, empty DynamoDB in this process, which ends with the client.
  [[nodiscard]] static client in_memory(engine_options options = {});
  /// Creates a client of an engine that others may use too. Settings for the endpoint and for
  /// credentials are ignored.
  explicit client(const embedded_engine& on, client_config config = {});
  /// Creates a client of a custom backend, such as a scripted one in tests.
  explicit client(std::shared_ptr<backend> on, client_config config = {});

  /// Returns the names of all tables, in the service's order.
  [[nodiscard]] std::vector<std::string> list_tables(const call_options& options = {}) const;
  result<std::vector<std::string>> try_list_tables(const call_options& options = {}) const;

  /// Returns the table's description. Throws errc::not_found if the table does not exist.
  [[nodiscard]] table_description describe_table(const std::string& table,
                                                 const call_options& options = {}) const;
  result<table_description> try_describe_table(const std::string& table,
                                               const call_options& options = {}) const;

  /// Creates a table. Returns while it is still being created: see `wait_until_active`. Throws
  /// errc::conflict if it exists.
  table_description create_table(const create_table_request& request,
                                 const call_options& options = {}) const;
  result<table_description> try_create_table(const create_table_request& request,
                                             const call_options& options = {}) const;

  /// Changes a table. Returns while it is still being changed.
  table_description update_table(const update_table_request& request,
                                 const call_options& options = {}) const;
  result<table_description> try_update_table(const update_table_request& request,
                                             const call_options& options = {}) const;

  /// Enables or disables time to live: items expire when the time in `attribute`, in seconds since
  /// 1970, has passed. The service deletes them within a few days (developer guide, time to live),
  /// the embedded engine within its `time_to_live_interval`.
  void set_time_to_live(const std::string& table, const std::string& attribute, bool enabled = true,
                        const call_options& options = {}) const;
  result<void> try_set_time_to_live(const std::string& table, const std::string& attribute,
                                    bool enabled = true, const call_options& options = {}) const;

  /// Deletes a table. Returns while it is still being deleted.
  void delete_table(const std::string& table, const call_options& options = {}) const;
  result<void> try_delete_table(const std::string& table, const call_options& options = {}) const;

  /// Polls until the table is ACTIVE, and returns its description. Throws errc::deadline_exceeded
  /// after `timeout` or at the call's deadline, whichever comes first.
  table_description wait_until_active(const std::string& table,
                                      std::chrono::seconds timeout = std::chrono::minutes(10),
                                      const call_options& options = {}) const;
  result<table_description> try_wait_until_active(
      const std::string& table, std::chrono::seconds timeout = std::chrono::minutes(10),
      const call_options& options = {}) const;

  /// Writes the item. Throws errc::conflict if the condition does not hold.
  void put_item(const put_item_request& request, const call_options& options = {}) const;
  result<void> try_put_item(const put_item_request& request,
                            const call_options& options = {}) const;

  /// Returns the item, or nothing if it does not exist.
  [[nodiscard]] std::optional<owned_item> get_item(const get_item_request& request,
                                                   const call_options& options = {}) const;
  result<std::optional<owned_item>> try_get_item(const get_item_request& request,
                                                 const call_options& options = {}) const;
  /// Returns the same as JSON text, for decoding into a struct.
  result<std::optional<std::string>> try_get_item_json(const get_item_request& request,
                                                       const call_options& options = {}) const;

  /// Changes an item, and returns what `request.returned` asks for; nothing for
  /// return_values::none. Throws errc::conflict if the condition does not hold.
  std::optional<owned_item> update_item(const update_item_request& request,
                                        const call_options& options = {}) const;
  result<std::optional<owned_item>> try_update_item(const update_item_request& request,
                                                    const call_options& options = {}) const;

  /// Deletes the item; succeeds if it does not exist. Throws errc::conflict if the condition does
  /// not hold.
  void delete_item(const delete_item_request& request, const call_options& options = {}) const;
  result<void> try_delete_item(const delete_item_request& request,
                               const call_options& options = {}) const;

  /// Writes any number of items, in requests of at most 25 items and 16 MB (DynamoDB API reference,
  /// BatchWriteItem). Order is not kept. Items that the service leaves unprocessed are sent again.
  /// `written`, if given, is called with the number of items after each request.
  ///
  /// Throws `unwritten_items` with the writes that are not known to be done; `try_batch_write`
  /// returns them in the result. The error is errc::throttled if the retry budget passes without an
  /// item being written. The service refuses two writes of one key if both are in one request.
  void batch_write(const std::vector<write_request>& writes, const call_options& options = {},
                   const std::function<void(std::size_t)>& written = {}) const;
  batch_write_result try_batch_write(const std::vector<write_request>& writes,
                                     const call_options& options = {},
                                     const std::function<void(std::size_t)>& written = {}) const;

  /// Returns any number of items, read in requests of at most 100 keys. Keys that the service
  /// leaves unprocessed are requested again, as in `batch_write`. Items that do not exist are left
  /// out; order is not kept.
  [[nodiscard]] std::vector<owned_item> batch_get(const batch_get_request& request,
                                                  const call_options& options = {}) const;
  result<std::vector<owned_item>> try_batch_get(const batch_get_request& request,
                                                const call_options& options = {}) const;

  /// Makes all of the writes, or none. Throws errc::conflict if a condition does not hold or
  /// another write interferes: `error::reasons` then has a code for each action. Throws
  /// errc::invalid_argument for an update that asks for returned values.
  void transact_write(const transact_write_request& request,
                      const call_options& options = {}) const;
  result<void> try_transact_write(const transact_write_request& request,
                                  const call_options& options = {}) const;

  /// Returns the items as they are at one moment, in the order of the request; nothing for each
  /// item that does not exist.
  [[nodiscard]] std::vector<std::optional<owned_item>> transact_get(
      const transact_get_request& request, const call_options& options = {}) const;
  result<std::vector<std::optional<owned_item>>> try_transact_get(
      const transact_get_request& request, const call_options& options = {}) const;

  /// Returns one page of a query. `table<T>::query` reads all pages.
  [[nodiscard]] item_page query(const query_request& request,
                                const call_options& options = {}) const;
  result<item_page> try_query(const query_request& request, const call_options& options = {}) const;

  /// Returns one page of a scan. `table<T>` scans whole tables.
  [[nodiscard]] item_page scan(const scan_request& request, const call_options& options = {}) const;
  result<item_page> try_scan(const scan_request& request, const call_options& options = {}) const;

  /// Returns the backend of the operations.
  [[nodiscard]] const std::shared_ptr<backend>& shared_backend() const noexcept { return backend_; }
  /// Returns the client's configuration.
  [[nodiscard]] const client_config& config() const noexcept { return *config_; }

 private:
  result<backend_response> call(operation op, std::string body, const std::string& table,
                                const call_options& options) const;

  std::shared_ptr<const client_config> config_;
  std::shared_ptr<backend> backend_;
};

}  // namespace dynamo
