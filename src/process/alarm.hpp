// Wakes mailboxes when their timers are due.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/core/owned_thread.hpp>

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace dynamo::detail {

class mailbox_core;

/// One thread for the timers of all mailboxes whose receivers wait outside: in a poll loop, or for
/// `on_ready`. It starts with the first such timer and ends with the last mailbox that had one. A
/// receiver that blocks in `receive` needs no alarm. A forked child has its own. Thread-safe.
class alarm {
 public:
  /// Throws std::system_error if the thread cannot be started.
  static std::shared_ptr<alarm> shared();

  alarm();
  alarm(const alarm&) = delete;
  alarm& operator=(const alarm&) = delete;
  ~alarm();

  /// Calls `whom->on_timer()` at `when` by `time` (null: the system's steady clock), and again at
  /// the time that the call returns.
  void set(deadline when, std::shared_ptr<clock> time, std::weak_ptr<mailbox_core> whom);

  /// Returns false in a forked child of the process that started it: no timer fires there.
  [[nodiscard]] bool runs() const noexcept { return !thread_.is_forked_child(); }

 private:
  struct entry {
    deadline when;
    std::shared_ptr<clock> time;
    std::weak_ptr<mailbox_core> whom;
  };
  // The thread's own, since a mailbox may be destroyed by it, and then this object, too.
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    std::list<entry> entries;
    bool ending = false;

    void run();
    // With the lock held. The first of `one` is merged with the entry of the same mailbox.
    void add(std::list<entry>& one);
    // With the lock held: how long to sleep; the first entry that is due moves to `due`.
    std::chrono::nanoseconds look(std::list<entry>& due);
  };

  std::shared_ptr<state> state_ = std::make_shared<state>();
  owned_thread thread_;
};

}  // namespace dynamo::detail
