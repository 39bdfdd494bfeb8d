#include "engine/store/commit.hpp"

#include "engine/store/writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <new>

namespace dynamo::engine::store {
namespace {

void run(connection& file, std::string_view sql) {
  file.prepare(sql).run();
}

// Writes that failed earlier keep their own reason; another write's exception does not replace it.
void fail_all(const connection& file, std::span<pending_write* const> writes,
              const std::exception_ptr& why) noexcept {
  try {
    try {
      std::rethrow_exception(why);
    } catch (const store_failure&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      throw store_failure("the database '" + file.name() +
                          "' failed: another write of the same commit failed; write again");
    }
  } catch (...) {
    fail_each(writes, std::current_exception());
  }
}

bool is_store_failure(const std::exception_ptr& why) noexcept {
  try {
    std::rethrow_exception(why);
  } catch (const store_failure&) {
    return true;
  } catch (...) {
    return false;
  }
}

// Called after a failure that is already recorded. If the rollback fails too, the remaining
// transaction makes the next BEGIN fail with its own message.
void undo_all(connection& file) noexcept {
  if (file.in_transaction()) sqlite3_exec(file.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

class group_transaction {
 public:
  group_transaction(session& through, const clock& time) : session_(through), clock_(time) {}

  // Runs writes from the first one until all are done or SQLite has rolled back the transaction.
  // Returns the number of writes whose outcome is known.
  std::size_t run_some(std::span<pending_write* const> group) noexcept {
    connection& file = *session_.file;
    try {
      run(file, "BEGIN IMMEDIATE");
    } catch (...) {
      undo_all(file);
      fail_all(file, group, std::current_exception());
      return group.size();
    }
    // A single write is undone with the transaction. A savepoint would cost a copy of every page it
    // changes.
    if (group.size() == 1) {
      if (!run_alone(*group.front())) return 1;
      return commit_all(group);
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (run_one(*group[i])) continue;
      // For example, a full disk also undid the writes before it.
      fail_all(file, group.first(i + 1), group[i]->failure);
      undo_all(file);
      return i + 1;
    }
    return commit_all(group);
  }

  // Runs all of them without a way to undo a single one.
  void run_for_good(std::span<pending_write* const> group) noexcept {
    connection& file = *session_.file;
    const std::uint64_t before = file.total_changed();
    try {
      run(file, "BEGIN IMMEDIATE");
      for (pending_write* const each : group) {
        run_undone(*each);
        // SQLite rolled back: it does not report which changes remain.
        if (!outcome_.is_whole) std::rethrow_exception(each->failure);
      }
      run(file, "COMMIT");
    } catch (...) {
      undo_all(file);
      fail_all(file, group, std::current_exception());
      outcome_.is_whole = outcome_.is_whole && file.total_changed() == before;
    }
  }

  [[nodiscard]] const committed& outcome() const noexcept { return outcome_; }

 private:
  std::size_t commit_all(std::span<pending_write* const> group) const noexcept {
    connection& file = *session_.file;
    try {
      run(file, "COMMIT");
    } catch (...) {
      undo_all(file);
      fail_all(file, group, std::current_exception());
    }
    return group.size();
  }

  void work_on(pending_write& each) {
    writer changes(session_, clock_);
    (*each.work)(changes);
    changes.finish();
    outcome_.has_dropped = outcome_.has_dropped || changes.has_dropped();
  }

  bool run_alone(pending_write& each) {
    try {
      work_on(each);
      return true;
    } catch (...) {
      each.failure = std::current_exception();
    }
    undo_all(*session_.file);
    return false;
  }

  void run_undone(pending_write& each) {
    const std::uint64_t before = session_.file->total_changed();
    try {
      work_on(each);
    } catch (...) {
      each.failure = std::current_exception();
      // A statement that is aborted counts no rows, but ends the transaction.
      outcome_.is_whole =
          session_.file->in_transaction() && session_.file->total_changed() == before;
    }
  }

  // False if the transaction can no longer be used.
  bool run_one(pending_write& each) {
    connection& file = *session_.file;
    try {
      run(file, "SAVEPOINT work");
      work_on(each);
      run(file, "RELEASE work");
      return true;
    } catch (...) {
      each.failure = std::current_exception();
    }
    try {
      if (!file.in_transaction()) return false;
      run(file, "ROLLBACK TO work");
      run(file, "RELEASE work");
      return true;
    } catch (...) {
      return false;
    }
  }

  session& session_;
  const clock& clock_;
  committed outcome_;
};

}  // namespace

committed commit(session& through, const clock& time, std::span<pending_write* const> group,
                 undo how) noexcept {
  group_transaction transaction(through, time);
  if (how == undo::none) {
    transaction.run_for_good(group);
  } else {
    std::span<pending_write* const> rest = group;
    while (!rest.empty()) rest = rest.subspan(transaction.run_some(rest));
  }
  committed outcome = transaction.outcome();
  outcome.has_failed = std::ranges::any_of(group, [](const pending_write* each) {
    return each->failure && is_store_failure(each->failure);
  });
  return outcome;
}

}  // namespace dynamo::engine::store
