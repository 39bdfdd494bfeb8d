// A supervisor's actor: carries out the decisions of its policy, one step at a time.
#pragma once

#include <dynamo/core/owned_thread.hpp>
#include <dynamo/stage/cell.hpp>
#include <dynamo/stage/restart_policy.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace dynamo::stage::detail {

/// The state that all supervisors of a tree share. Waiting threads wait here.
struct tree {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<std::uint64_t> numbers = 0;  // of commands

  /// The stage that is being ended, for threads in `stop`: with the lock.
  struct ending_step {
    std::weak_ptr<supervisor_core> by;
    std::uint64_t number = 0;  // 0: none
    std::chrono::steady_clock::time_point until;
  } current;
};

/// Children are stopped and launched in steps; a step begins when the child has acknowledged the
/// one before. Events in the meantime wait, except that stopping replaces the current plan. Its
/// parent sees it as a child like any other.
///
/// For lack of memory it aborts: its children end without steps, and it asks them whether they have
/// ended, since they may not be able to report it.
class supervisor_core final : public actor, public supervised, public overseer {
 public:
  supervisor_core(worker_pool& pool, const supervisor_options& options, std::shared_ptr<tree> of);

  // Thread-safe.
  void adopt(const std::vector<new_child>& children);
  void adopt(const std::shared_ptr<supervisor_core>& nested, stage::restart restart);
  void request_stop() noexcept;
  result<void> wait();
  void stop();
  /// The exception that led to the failure of the tree; null if there is none.
  [[nodiscard]] std::exception_ptr cause() const;
  [[nodiscard]] std::vector<child_info> which_children() const;
  [[nodiscard]] std::string name_for(std::string given);
  [[nodiscard]] const std::shared_ptr<tree>& of_tree() const noexcept { return tree_; }

  void launch(std::uint64_t number) noexcept override;
  void halt(std::uint64_t number) noexcept override;
  void end(std::uint64_t number, ending how) noexcept override;
  void abort() noexcept override { lose(); }
  [[nodiscard]] bool is_over() const noexcept override;
  [[nodiscard]] child_info info() const override;
  void shut() override;

  void child_crashed(std::size_t child, std::uint64_t life, ending how,
                     bool counts) noexcept override;
  void child_completed(std::size_t child, std::uint64_t life) noexcept override;
  void child_ended(std::size_t child, const ending& how) noexcept override;
  void acknowledged(std::size_t child, std::uint64_t number) noexcept override;

  void report_to(std::weak_ptr<overseer> whom, std::size_t index) {
    overseer_ = std::move(whom);
    index_ = index;
  }
  /// Returns the options of a nested supervisor: it has the same recorder and logger unless it has
  /// its own.
  [[nodiscard]] supervisor_options below(supervisor_options options) const;
  [[nodiscard]] worker_pool& on_pool() const noexcept { return its_pool(); }
  /// Stops when `stop` says so.
  void watch(const std::stop_token& stop);
  void unwatch() { on_stop_.reset(); }
  /// Blocks until every child has ended, however long that takes.
  void join();
  /// Returns true in a forked child of the process that created it: no stage runs there.
  [[nodiscard]] bool is_forked_child() const noexcept { return home_.is_forked_child(); }

 private:
  struct entry {
    std::shared_ptr<supervised> who;
    supervisor_core* nested;  // the same, if it is a supervisor
    stage::restart restart;
    std::chrono::milliseconds shutdown;
    std::uint64_t life = 0;  // number of its last launch; 0: its reports are ignored
    bool ended = false;
  };
  enum class command : std::uint8_t { halt, launch, end };
  struct step {
    command what;
    std::size_t child;
    ending how{};
  };
  struct event {
    enum class kind : std::uint8_t { crashed, completed, failed };
    kind what;
    std::size_t child;
    std::uint64_t life;
    ending how;
    bool counts;
  };

  bool turn() override;
  void perish(error why) noexcept override;
  void report_abortion() noexcept;
  void step_is_done(std::uint64_t number);  // with the tree's lock
  void handle(const event& what);
  void follow(const restart_policy::decision& what, std::size_t child, const ending& how);
  void give_up(std::size_t child, const ending& how, bool over_limit);
  void acknowledge_after_end(std::uint64_t number);
  void carry_out(std::deque<step> plan, std::function<void()> then);
  [[nodiscard]] std::deque<step> to_all(command what, const ending& how = {});
  void take_step();
  // With the tree's lock.
  [[nodiscard]] std::deque<step> steps_of_all(command what, const ending& how) const;
  void refuse_if_stopping() const;
  [[nodiscard]] bool all_ended() const noexcept;
  [[nodiscard]] bool was_interrupted() const noexcept;
  [[nodiscard]] bool has_stages() const noexcept;

  [[nodiscard]] std::string name_of(std::size_t child) const;

  const dynamo::detail::home_process home_{};
  const supervisor_options options_;
  const std::shared_ptr<dynamo::clock> clock_;
  const std::shared_ptr<tree> tree_;
  std::weak_ptr<overseer> overseer_;
  std::size_t index_ = 0;

  // With the tree's lock.
  std::vector<entry> children_;
  restart_policy policy_;
  std::size_t named_ = 0;
  bool stopping_ = false;     // no child is accepted any more
  bool interrupted_ = false;  // a child was stopped before it was complete
  bool unsettled_ = false;    // a child's failure is not handled yet
  bool stopped_ = false;      // every child was ordered to end, and has, or is late
  bool aborted_ = false;      // it perished: children are asked whether they have ended
  std::optional<ending> failure_;
  child_state state_ = child_state::running;
  std::uint64_t restarts_ = 0;
  std::uint64_t crashes_ = 0;

  // In turns.
  std::deque<event> events_;
  std::deque<step> plan_;
  std::function<void()> then_;  // when the plan is done
  std::uint64_t step_ = 0;      // number of the awaited step; 0: none
  std::size_t step_child_ = 0;  // the child of that step
  bool reported_ = false;       // its parent knows that it was aborted
  std::uint64_t life_ = 0;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace dynamo::stage::detail
