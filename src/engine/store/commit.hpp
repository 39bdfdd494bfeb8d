// A group of writes as one SQLite transaction.
#pragma once

#include "engine/store/group_commit.hpp"
#include "engine/store/session.hpp"

#include <dynamo/core/clock.hpp>

#include <cstdint>
#include <span>

namespace dynamo::engine::store {

/// What becomes of a write that throws.
enum class undo : std::uint8_t {
  each,  ///< it is undone, the others of its group are not
  none,  ///< what it has changed stays
};

struct committed {
  bool has_dropped = false;  ///< row sets
  bool is_whole = true;      ///< false: of a write that failed, some changes have stayed
  bool has_failed = false;   ///< SQLite could not do its work: a full disk, a damaged file
};

/// Runs each write in its turn and commits all of them at once. If the commit fails, all of them
/// have failed. Does not throw: what fails, for want of memory too, is the failure of a write.
committed commit(session& through, const clock& time, std::span<pending_write* const> group,
                 undo how = undo::each) noexcept;

}  // namespace dynamo::engine::store
