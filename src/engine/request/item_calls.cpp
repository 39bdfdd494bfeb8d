#include "engine/request/item_calls.hpp"

#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"

#include <array>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr expression_role condition_role{"ConditionExpression", &members::condition};
constexpr std::array condition_alone{condition_role};
constexpr std::array update_and_condition{expression_role{"UpdateExpression", &members::update},
                                          condition_role};

return_values returned_of(const members& of, constraints& rules) {
  constexpr std::array<std::pair<std::string_view, return_values>, 5> choices{{
      {"ALL_NEW", return_values::all_new},
      {"UPDATED_OLD", return_values::updated_old},
      {"ALL_OLD", return_values::all_old},
      {"NONE", return_values::none},
      {"UPDATED_NEW", return_values::updated_new},
  }};
  return rules.choice(of.returned, "returnValues", choices, return_values::none);
}

void begin_write(const members& of, constraints& rules, write_base& out) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> choices{
      {{"ALL_OLD", true}, {"NONE", false}}};
  check_table(of, rules);
  out.old_item_on_failure =
      rules.choice(of.on_failure, "returnValuesOnConditionCheckFailure", choices, false);
}

// Reads the members that PutItem, UpdateItem and DeleteItem have for their responses.
template <class Call>
void begin_response(const members& of, constraints& rules, Call& out) {
  out.returned = returned_of(of, rules);
  out.capacity = capacity_of(of.capacity, rules);
  out.collection_metrics = collection_metrics_of(of.collection_metrics, rules);
}

void finish_write(members& of, std::span<const expression_role> roles, write_base& out) {
  check_expressions(of, roles);
  out.table = bare_table_name(*std::move(of.table));
  out.with = take_substitutions(of);
  out.condition = std::move(of.condition);
}

void refuse_new_values(return_values returned) {
  if (returned == return_values::none || returned == return_values::all_old) return;
  refuse_invalid("ReturnValues can only be ALL_OLD or NONE");
}

// A request that consists of one call.
template <class Call>
Call decode_one(const body_buffer& request, member_owner owner,
                Call (*begin)(const members&, constraints&)) {
  members of = read_body(request, owner);
  constraints rules;
  Call out = begin(of, rules);
  rules.check();
  finish(of, out);
  return out;
}

}  // namespace

put_call begin_put(const members& of, constraints& rules) {
  put_call out;
  begin_write(of, rules, out);
  if (!of.item) rules.missing("item");
  begin_response(of, rules, out);
  return out;
}

update_call begin_update(const members& of, constraints& rules) {
  update_call out;
  begin_write(of, rules, out);
  if (!of.key) rules.missing("key");
  begin_response(of, rules, out);
  return out;
}

delete_call begin_delete(const members& of, constraints& rules) {
  delete_call out;
  begin_write(of, rules, out);
  if (!of.key) rules.missing("key");
  begin_response(of, rules, out);
  return out;
}

check_call begin_check(const members& of, constraints& rules) {
  check_call out;
  begin_write(of, rules, out);
  if (!of.key) rules.missing("key");
  if (!of.condition) rules.missing("conditionExpression");
  return out;
}

get_call begin_get(const members& of, constraints& rules) {
  get_call out;
  check_table(of, rules);
  if (!of.key) rules.missing("key");
  out.consistent = of.consistent.value_or(false);
  out.capacity = capacity_of(of.capacity, rules);
  return out;
}

void finish(members& of, put_call& out) {
  refuse_new_values(out.returned);
  finish_write(of, condition_alone, out);
  out.item = (*std::move(of.item)).take();
}

void finish(members& of, update_call& out) {
  finish_write(of, update_and_condition, out);
  out.key = (*std::move(of.key)).take();
  out.update = std::move(of.update);
}

void finish(members& of, delete_call& out) {
  refuse_new_values(out.returned);
  finish_write(of, condition_alone, out);
  out.key = (*std::move(of.key)).take();
}

void finish(members& of, check_call& out) {
  finish_write(of, condition_alone, out);
  out.key = (*std::move(of.key)).take();
}

void finish(members& of, get_call& out) {
  check_expressions(of, projection_alone);
  out.table = bare_table_name(*std::move(of.table));
  out.key = (*std::move(of.key)).take();
  out.with = take_substitutions(of);
  out.projection = std::move(of.projection);
}

put_call decode_put(const body_buffer& request) {
  return decode_one(request, member_owner::put, begin_put);
}

update_call decode_update(const body_buffer& request) {
  return decode_one(request, member_owner::update, begin_update);
}

delete_call decode_delete(const body_buffer& request) {
  return decode_one(request, member_owner::remove, begin_delete);
}

get_call decode_get(const body_buffer& request) {
  return decode_one(request, member_owner::get, begin_get);
}

}  // namespace dynamo::engine
