// A group of writes as one SQLite transaction.
#pragma once

#include "engine/store/group_commit.hpp"
#include "engine/store/session.hpp"

#include <dynamo/core/clock.hpp>

#include <span>

namespace dynamo::engine::store {

/// Runs each write in its turn and commits all of them at once. One that throws is undone alone; if
/// the commit fails, all of them have failed. Returns true if row sets were dropped.
bool commit(session& through, const clock& time, std::span<pending_write* const> group);

}  // namespace dynamo::engine::store
