// Runs a group of writes as one SQLite transaction.
#pragma once

#include "engine/store/group_commit.hpp"
#include "engine/store/session.hpp"

#include <dynamo/core/clock.hpp>

#include <cstdint>
#include <span>

namespace dynamo::engine::store {

/// What happens to the changes of a write that throws.
enum class undo : std::uint8_t {
  each,  ///< they are undone; other writes of the group are not affected
  none,  ///< they stay
};

struct committed {
  bool has_dropped = false;  ///< row sets
  bool is_whole = true;      ///< false: some changes of a failed write have stayed
  bool has_failed = false;   ///< SQLite failed: a full disk, a damaged file
};

/// Runs the writes in order and commits all of them at once. If the commit fails, all of them have
/// failed. Does not throw: every failure, lack of memory included, is recorded in a write.
committed commit(session& through, const clock& time, std::span<pending_write* const> group,
                 undo how = undo::each) noexcept;

}  // namespace dynamo::engine::store
