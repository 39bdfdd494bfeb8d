// Requests that concern one item, alone or as actions of a transaction.
#pragma once

#include "engine/request/members.hpp"
#include "engine/request/requests.hpp"

namespace dynamo::engine {

/// In two steps, since violations of single members are reported first, for all actions together.
/// These functions record them in `rules`,
[[nodiscard]] put_call begin_put(const members& of, constraints& rules);
[[nodiscard]] update_call begin_update(const members& of, constraints& rules);
[[nodiscard]] delete_call begin_delete(const members& of, constraints& rules);
[[nodiscard]] check_call begin_check(const members& of, constraints& rules);
[[nodiscard]] get_call begin_get(const members& of, constraints& rules);

/// and these, after `rules` was checked, refuse all other violations and move the members.
void finish(members& of, put_call& out);
void finish(members& of, update_call& out);
void finish(members& of, delete_call& out);
void finish(members& of, check_call& out);
void finish(members& of, get_call& out);

}  // namespace dynamo::engine
