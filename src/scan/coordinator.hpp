// Carries out the decisions of a scan: sends its requests and delivers its pages.
#pragma once

#include "scan/checkpoint_journal.hpp"
#include "scan/page_budget.hpp"
#include "scan/page_request.hpp"
#include "scan/scan_machine.hpp"
#include "scan/shared_budget.hpp"

#include <dynamo/core/owned_thread.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::scan {

/// Runs one scan: a lock around a `scan_machine`, and the actions that it asks for. Actions are
/// carried out, and destroyed with the pages and handlers in them, only after the lock is released:
/// a handler, a page's memory and a backend may call back from anywhere.
///
/// Shared by its page_source and the completions of its requests; the page_source alone keeps the
/// backend alive, so that a completion never destroys the thread that it runs on.
class coordinator : public std::enable_shared_from_this<coordinator> {
 public:
  coordinator(backend& from, std::string table, const scan_options& options, bool ahead);

  /// Before `start`. Throws errc::invalid_argument.
  void go_on_from(const std::vector<segment_position>& positions);
  /// The same: pages delivered from now on are recorded in `journal`. `delivered` items already
  /// count against the limit.
  void keep(std::shared_ptr<checkpoint_journal> journal, std::uint64_t delivered);
  /// Second step of construction, with shared_from_this available.
  void start();

  result<std::optional<page>> next();
  void async_next(page_source::handler done);
  void cancel() noexcept { end_at_once(errc::cancelled); }
  [[nodiscard]] scan_progress progress() const;
  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  [[nodiscard]] bool reads_ahead() const noexcept { return ahead_; }
  /// Null without a checkpoint.
  [[nodiscard]] const std::shared_ptr<checkpoint_journal>& journal() const noexcept {
    return journal_;
  }
  [[nodiscard]] scan_summary summary() const;
  /// Returns true in a forked child of the process that began the scan: no pages arrive there.
  [[nodiscard]] bool is_forked_child() const noexcept { return home_.is_forked_child(); }

  /// Cancels everything; no request leaves afterwards. The backend is not used any more when every
  /// completion has returned. Within a handler it does not wait for that handler.
  void close() noexcept;

 private:
  using outcome = scan_machine::outcome;
  using time_point = scan_machine::time_point;
  class ticket;

  // Ends a scan that is cancelled or late. Without the lock.
  void end_at_once(errc kind) noexcept;
  void end_if_late() noexcept;
  void break_off(error reason) noexcept;

  // Carries out actions until there is none, unless another thread does. Without the lock.
  void pump() noexcept;
  [[nodiscard]] bool act() noexcept;
  // With the lock.
  [[nodiscard]] scan_machine::action decide();
  [[nodiscard]] std::optional<outcome> take() noexcept;
  // Without the lock.
  void carry_out(scan_machine::action& what) noexcept;
  void send(const scan_machine::send& what) noexcept;
  void set_alarm(time_point when) noexcept;
  void alarm_rang(time_point when) noexcept;
  void throttled() noexcept;
  void arrive(const sent_request& request, result<backend_response> response) noexcept;

  backend& backend_;
  const std::string table_;
  const scan_options options_;
  const bool ahead_;
  const page_request request_;
  const std::shared_ptr<shared_budget> rate_;  // null: no limit

  const dynamo::detail::home_process home_{};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  scan_machine machine_;
  std::thread::id pumping_{};  // the thread that carries out actions; none if default
  const std::shared_ptr<page_budget> budget_;
  std::shared_ptr<checkpoint_journal> journal_;
  std::shared_ptr<shared_budget::waker> waker_;
  std::stop_source stop_requests_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace dynamo::scan
