// One running stage: the part that survives a crash of the user's object.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/metrics.hpp>
#include <dynamo/stage/actor.hpp>
#include <dynamo/stage/handle.hpp>
#include <dynamo/stage/options.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::stage::detail {

/// Returns an exception as an error: its details, errc::out_of_memory, or errc::callback with its
/// text.
[[nodiscard]] error describe(const std::exception_ptr& thrown) noexcept;

/// Receives the reports of a child. Thread-safe; only forwards. A report that cannot be forwarded
/// for lack of memory ends it and all its children.
class overseer {
 public:
  virtual ~overseer() = default;
  /// The child waits to be launched again, or was ended. `life`: the launch that failed.
  virtual void child_crashed(std::size_t child, std::uint64_t life, ending how,
                             bool counts) noexcept = 0;
  /// A producer that will be restarted is complete.
  virtual void child_completed(std::size_t child, std::uint64_t life) noexcept = 0;
  /// This also acknowledges earlier commands to the child.
  virtual void child_ended(std::size_t child, const ending& how) noexcept = 0;
  /// The child has carried out the command with this number.
  virtual void acknowledged(std::size_t child, std::uint64_t number) noexcept = 0;
};

/// A child of a supervisor: a stage, or another supervisor. Commands are thread-safe and are
/// acknowledged when they are carried out; those to a child that has ended, at once. A child that
/// cannot get a command for lack of memory ends.
class supervised {
 public:
  virtual ~supervised() = default;
  virtual void launch(std::uint64_t number) noexcept = 0;
  virtual void halt(std::uint64_t number) noexcept = 0;
  virtual void end(std::uint64_t number, ending how) noexcept = 0;
  /// Ends soon, without needing memory and without a call of users' functions.
  virtual void abort() noexcept = 0;
  /// It has ended, or all its children have. Called with the lock of its tree; true before
  /// `overseer::child_ended` is called.
  [[nodiscard]] virtual bool is_over() const noexcept = 0;
  [[nodiscard]] virtual child_info info() const = 0;
  /// After everything has ended: accepts no more messages.
  virtual void shut() = 0;
};

/// The part of a stage that does not depend on its types: its life cycle and its counts. All
/// functions not marked thread-safe are for its turns.
class cell : public actor, public supervised, public control {
 public:
  cell(worker_pool& pool, std::string name);

  /// Before the first launch.
  void report_to(std::weak_ptr<overseer> whom, std::size_t index) noexcept;
  /// Before the first launch.
  void be_watched(const std::shared_ptr<metrics_recorder>& metrics, std::shared_ptr<logger> log);
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // Thread-safe.
  void launch(std::uint64_t number) noexcept override;
  void halt(std::uint64_t number) noexcept override;
  void end(std::uint64_t number, ending how) noexcept override;
  void abort() noexcept override { lose(); }
  [[nodiscard]] bool is_over() const noexcept override { return over_; }
  [[nodiscard]] child_info info() const override;
  void shut() override { close(); }

  /// User code threw: the object is destroyed, and the supervisor decides.
  void crash(ending how, bool counts);
  void crash(const std::exception_ptr& thrown);
  [[nodiscard]] bool is_running() const noexcept { return phase_ == phase::running; }
  [[nodiscard]] bool is_draining() const noexcept { return phase_ == phase::draining; }

 protected:
  enum class phase : std::uint8_t { waiting, running, draining, ended };
  struct event_counts {
    std::atomic<std::uint64_t> received = 0,  // counted by the senders
        handled = 0, redelivered = 0, dropped = 0, dead_letters = 0, discarded = 0;
  };

  bool turn() final;
  void perish(error why) noexcept final;
  /// Runs user code. Returns false if it threw, and the cell has crashed.
  template <class F>
  bool guarded(F&& call) {
    try {
      std::forward<F>(call)();
      return true;
    } catch (const beyond_repair&) {
      throw;
    } catch (...) {
      crash(std::current_exception());
      return false;
    }
  }
  /// Counts events whose call has returned.
  void count_handled(std::size_t events) {
    counts_.handled += events;
    events_.add(static_cast<double>(events));
  }
  /// The object is not needed any more; the events that it emitted are still delivered. Notifies
  /// the producers.
  void finish(ending how);
  /// A producer is complete and will be restarted.
  void start_again();
  /// No events follow those that were emitted.
  [[nodiscard]] phase now() const noexcept { return phase_; }

  // Depends on the types.
  virtual void make() = 0;              ///< the user's object; may throw
  virtual void destroy() noexcept = 0;  ///< the user's object, if there is one
  virtual bool work() = 0;  ///< when running: makes one call; returns whether there is more to do
  virtual void on_running() = 0;  ///< the object was made
  virtual void
  leave_producers() noexcept = 0;           ///< cancels the subscriptions, drops the waiting events
  virtual bool has_drained() noexcept = 0;  ///< no emitted event waits
  /// Delivers the waiting events that a call left because it threw.
  virtual void deliver_again() = 0;
  virtual void tell_consumers(const ending& how) noexcept = 0;
  virtual void told_to_stop(const error& why) = 0;  ///< before the object is destroyed
  virtual void release() noexcept = 0;              ///< the factory and users' functions
  /// Returns the number of events that wait to be handled or for demand.
  [[nodiscard]] virtual std::size_t waiting() const = 0;

  event_counts counts_;

 private:
  void conclude() noexcept;
  void acknowledge(std::uint64_t number) noexcept;
  void report_crash(ending how, bool counts);
  // Its supervisor; null also before it is adopted.
  [[nodiscard]] std::shared_ptr<overseer> overseen_by() const noexcept;
  void show(child_state state);
  void show_queue();
  void tell_of(log_event event, const error* reason) const;

  const std::string name_;
  phase phase_ = phase::waiting;
  bool stuck_ = false;      // draining: a selector threw, and the supervisor decides
  std::uint64_t life_ = 0;  // the launch that the object belongs to
  ending ending_;
  std::optional<error> doom_;  // it perished before it was adopted
  std::atomic<bool> over_ = false;
  mutable std::mutex shown_mutex_;
  child_info shown_;
  std::weak_ptr<overseer> overseer_;  // with the same lock
  std::size_t index_ = 0;             // set with it, before any report
  bool adopted_ = false;              // with the same lock
  std::shared_ptr<logger> log_;
  bool measured_ = false;  // there is a recorder
  std::size_t queue_ = 0;  // as it was measured last
  meter queue_length_, events_, crashes_, restarts_;
};

}  // namespace dynamo::stage::detail
