// DynamoDB in this process: requests and responses, both in the wire format.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/owned_thread.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/engine/engine_options.hpp>
#include <dynamo/model/operation.hpp>

#include <memory>
#include <stop_token>
#include <string>

namespace dynamo::engine {

/// A store and the operations on it. Each operation runs entirely on its caller's thread, in one
/// transaction; writes of several threads are committed together. Thread-safe. After a fork, the
/// child process must not use it (sqlite.org, "How To Corrupt", 2.6): operations fail there, and
/// destroying the child's copy leaves the database untouched.
class engine {
 public:
  /// Opens the database file `path`, or creates it. Returns errc::io if that fails or if the file
  /// is not a database of the engine.
  static result<std::shared_ptr<engine>> open(const std::string& path, engine_options options = {});
  /// Creates a database in memory, which lives as long as this object.
  static std::shared_ptr<engine> in_memory(engine_options options = {});
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine();

  /// Runs `op` with a finished body in the DynamoDB API's JSON and writes the response to `answer`,
  /// which must be empty and is finished on return. Returns the HTTP status: 200; or 400, 413 for a
  /// body of more than 16 MiB, 500 for a failure of the engine itself, each with
  /// {"__type":...,"message":...} as the response. Does not throw. Memory: a small multiple of the
  /// request's body and of the items it reads and writes.
  int execute(operation op, const body_buffer& request, body_buffer& answer);

  /// Removes the items whose time to live has passed by the options' clock; a background thread
  /// does the same every `time_to_live_interval` if anything can expire. Returns the number of
  /// items removed. Throws if the store fails.
  std::size_t remove_expired();

  /// The process that opened the database.
  [[nodiscard]] const dynamo::detail::home_process& home() const noexcept { return home_; }

  /// Rewrites the database without gaps: see `database::compact`. Returns errc::io if the store
  /// fails, errc::cancelled if a stop was requested before all rows were copied; then nothing has
  /// changed.
  result<void> compact(const std::stop_token& stop);

 private:
  struct parts;
  explicit engine(std::unique_ptr<parts> of);
  const dynamo::detail::home_process home_;
  std::unique_ptr<parts> parts_;
};

}  // namespace dynamo::engine
