// DynamoDB in this process: requests in, answers out, both as on the wire.
#pragma once

#include "core/home_process.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/engine/engine_options.hpp>
#include <dynamo/model/operation.hpp>

#include <memory>
#include <stop_token>
#include <string>

namespace dynamo::engine {

/// A store and the operations on it. Each runs on its caller's thread from beginning to end, in one
/// transaction; writes of several threads are committed together. Thread-safe. A child process must
/// not use it (sqlite.org, "How To Corrupt", 2.6): operations fail there, and its end leaves the
/// database alone.
class engine {
 public:
  /// Opens the database in the file `path`, or makes a new one. errc::io if that cannot be done, or
  /// if the file is something else.
  static result<std::shared_ptr<engine>> open(const std::string& path, engine_options options = {});
  /// A database that ends with this object.
  static std::shared_ptr<engine> in_memory(engine_options options = {});
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine();

  /// Carries out `op` with a body in JSON as the DynamoDB API defines it, finished, and writes the
  /// answer to `answer`, which is empty before and finished then. Returns its HTTP status: 200; or
  /// 400, 413 for a body of more than 16 MiB, and 500 for what is the engine's own failure, with
  /// {"__type":...,"message":...} as the answer. Does not throw. The memory that a request takes
  /// is a small multiple of its body and of what it reads and writes.
  int execute(operation op, const body_buffer& request, body_buffer& answer);

  /// Removes the items whose time to live has passed by the options' clock, as a thread does every
  /// `time_to_live_interval` where there is anything that expires. Returns how many there were.
  /// Throws if the store fails.
  std::size_t remove_expired();

  /// The process that opened it.
  [[nodiscard]] const dynamo::detail::home_process& home() const noexcept { return home_; }

  /// Writes the database anew, without gaps: see `database::compact`. errc::io if the store fails,
  /// errc::cancelled if a stop was requested before it was done; then nothing has changed.
  result<void> compact(const std::stop_token& stop);

 private:
  struct parts;
  explicit engine(std::unique_ptr<parts> of);
  const dynamo::detail::home_process home_;
  std::unique_ptr<parts> parts_;
};

}  // namespace dynamo::engine
