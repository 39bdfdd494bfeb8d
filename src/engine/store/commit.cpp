#include "engine/store/commit.hpp"

#include "engine/store/writer.hpp"

#include <sqlite3.h>

namespace dynamo::engine::store {
namespace {

void run(connection& file, std::string_view sql) {
  file.prepare(sql).run();
}

// Whoever has failed before keeps his own reason.
void fail_all(std::span<pending_write* const> writes, const std::exception_ptr& why) {
  for (pending_write* const each : writes) {
    if (!each->failure) each->failure = why;
  }
}

// Behind a failure that is told already. If this fails too, what is left of the transaction makes
// the next BEGIN fail, with a sentence of its own.
void undo_all(connection& file) noexcept {
  if (file.in_transaction()) sqlite3_exec(file.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

class group_transaction {
 public:
  group_transaction(session& through, const clock& time) : session_(through), clock_(time) {}

  // Runs writes from the first one on until all are done, or SQLite has undone the transaction.
  // Returns how many are decided.
  std::size_t run_some(std::span<pending_write* const> group) {
    connection& file = *session_.file;
    try {
      run(file, "BEGIN IMMEDIATE");
    } catch (...) {
      undo_all(file);
      fail_all(group, std::current_exception());
      return group.size();
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (run_one(*group[i])) continue;
      // A full disk, say, has undone those before, too.
      fail_all(group.first(i + 1), group[i]->failure);
      undo_all(file);
      return i + 1;
    }
    try {
      run(file, "COMMIT");
    } catch (...) {
      undo_all(file);
      fail_all(group, std::current_exception());
    }
    return group.size();
  }

  [[nodiscard]] bool has_dropped() const noexcept { return has_dropped_; }

 private:
  // False if the transaction is no longer of use.
  bool run_one(pending_write& each) {
    connection& file = *session_.file;
    try {
      run(file, "SAVEPOINT work");
      writer changes(session_, clock_);
      (*each.work)(changes);
      changes.finish();
      run(file, "RELEASE work");
      has_dropped_ = has_dropped_ || changes.has_dropped();
      return true;
    } catch (...) {
      each.failure = std::current_exception();
    }
    try {
      if (!file.in_transaction()) return false;
      run(file, "ROLLBACK TO work");
      run(file, "RELEASE work");
      return true;
    } catch (const store_failure&) {
      return false;
    }
  }

  session& session_;
  const clock& clock_;
  bool has_dropped_ = false;
};

}  // namespace

bool commit(session& through, const clock& time, std::span<pending_write* const> group) {
  group_transaction transaction(through, time);
  while (!group.empty()) group = group.subspan(transaction.run_some(group));
  return transaction.has_dropped();
}

}  // namespace dynamo::engine::store
