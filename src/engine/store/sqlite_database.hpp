// The common part of databases in files and in memory.
#pragma once

#include "engine/store/commit.hpp"
#include "engine/store/database.hpp"
#include "engine/store/group_commit.hpp"
#include "engine/store/session.hpp"

#include <dynamo/core/clock.hpp>

#include <atomic>
#include <memory>
#include <stop_token>

namespace dynamo::engine::store {

class sqlite_database : public database {
 public:
  void read(const std::function<void(const snapshot&)>& work) final;
  void write(const std::function<void(transaction&)>& work) final;
  void write_decided(const std::function<void(transaction&)>& work) final;
  std::size_t remove_expired(std::int64_t now, std::size_t limit) final;
  std::size_t trim_changes(std::chrono::system_clock::time_point when, std::size_t limit) final;
  [[nodiscard]] bool compact(const std::stop_token& stop) final;
  [[nodiscard]] std::vector<std::string> check() final;

 protected:
  sqlite_database(std::unique_ptr<connection> opened, std::shared_ptr<clock> time);

  /// Calls `work` in a transaction that sees one state of the database.
  virtual void with_reader(const std::function<void(session&)>& work) = 0;
  /// Runs a group of writes with `commit_through`. Called by one thread at a time. If it throws,
  /// all of them fail with that exception.
  virtual void run_group(std::span<pending_write* const> group) = 0;
  /// As `compact`. Called by one thread at a time, and not while a group runs.
  [[nodiscard]] virtual bool rewrite(const std::stop_token& stop) = 0;

  /// Used by the leader.
  [[nodiscard]] session& writing() noexcept { return writing_; }
  /// As `commit`.
  committed commit_through(std::span<pending_write* const> group, undo how = undo::each);
  /// Finalizes unused cached statements of a session: if row sets were dropped since its last use,
  /// or if there are too many.
  void refresh(session& idle) const;

 private:
  session writing_;
  std::shared_ptr<clock> clock_;
  std::atomic<std::uint64_t> drops_{0};
  group_commit group_;
};

}  // namespace dynamo::engine::store
