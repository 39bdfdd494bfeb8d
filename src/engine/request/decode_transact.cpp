// TransactGetItems and TransactWriteItems.
#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"
#include "engine/request/item_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t most_actions = 100;
constexpr std::size_t most_token = 36;

using action = std::variant<put_call, update_call, delete_call, check_call>;

struct transact_kind {
  std::string_view name;
  std::string_view place;
  member_owner owner;
  action (*begin)(const members&, constraints&);
};
constexpr std::array transact_kinds{
    transact_kind{
        "ConditionCheck", "conditionCheck", member_owner::transact_check,
        [](const members& of, constraints& rules) -> action { return begin_check(of, rules); }},
    transact_kind{
        "Put", "put", member_owner::transact_put,
        [](const members& of, constraints& rules) -> action { return begin_put(of, rules); }},
    transact_kind{
        "Delete", "delete", member_owner::transact_remove,
        [](const members& of, constraints& rules) -> action { return begin_delete(of, rules); }},
    transact_kind{"Update", "update", member_owner::transact_update,
                  [](const members& of, constraints& rules) -> action {
                    if (!of.update) rules.missing("updateExpression");
                    return begin_update(of, rules);
                  }},
};

struct read_action {
  const transact_kind* kind = nullptr;
  members of{};
};
// The actions in one element: exactly one in a valid request. Of more, two are kept.
using read_element = std::vector<read_action>;

// Begins the next element. There is room for one more than the maximum: the last one is reused.
template <class Element>
void begin_element(std::vector<Element>& elements) {
  if (elements.size() > most_actions) elements.pop_back();
  elements.emplace_back();
}

// The members other than TransactItems.
struct transaction_members {
  std::optional<std::string> token{};
  std::optional<std::string> capacity{};
  std::optional<std::string> collection_metrics{};
};

// Reads a transaction; calls `element(in, name)` at each member of an element, after `next()`.
template <class Next, class Element>
bool read_transaction(const body_buffer& request, transaction_members& out, Next&& next,
                      Element&& element) {
  bool any = false;
  json_reader in(request);
  in.body([&](std::string_view member) {
    if (member == "TransactItems") {
      any = true;
      in.array([&] {
        next();
        if (in.null()) return;
        in.object_without_nulls([&](std::string_view name) { element(in, name); });
      });
    } else if (member == "ClientRequestToken") {
      out.token = in.text();
    } else if (member == "ReturnConsumedCapacity") {
      out.capacity = in.text();
    } else if (member == "ReturnItemCollectionMetrics") {
      out.collection_metrics = in.text();
    } else {
      in.skip();
    }
  });
  return any;
}

void check_count(bool any, std::size_t count, constraints& rules) {
  if (!any) return rules.missing("transactItems");
  if (count == 0) {
    rules.broken("[]", "transactItems", "Member must have length greater than or equal to 1");
  }
  if (count > most_actions) {
    rules.broken("[...]", "transactItems", "Member must have length less than or equal to 100");
  }
}

std::string place_of(std::size_t at) {
  return fmt::format("transactItems.{}.member.", at + 1);
}

}  // namespace

transact_write_call decode_transact_write(const body_buffer& request) {
  transaction_members beside;
  std::vector<read_element> elements;
  const bool any = read_transaction(
      request, beside, [&] { begin_element(elements); },
      [&](json_reader& in, std::string_view name) {
        for (const transact_kind& kind : transact_kinds) {
          if (kind.name != name) continue;
          read_element& here = elements.back();
          if (here.size() == 2) here.pop_back();
          here.push_back({&kind, read_members(in, kind.owner)});
          return;
        }
        in.skip();
      });

  transact_write_call out;
  constraints rules;
  check_count(any, elements.size(), rules);
  rules.length(beside.token, "clientRequestToken", 1, most_token);
  out.capacity = capacity_of(beside.capacity, rules);
  out.collection_metrics = collection_metrics_of(beside.collection_metrics, rules);
  rules.check();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].empty()) {
      refuse_invalid(
          "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    }
    if (elements[i].size() > 1) {
      refuse_invalid("TransactItems can only contain one of Check, Put, Update or Delete");
    }
    const read_action& read = elements[i].front();
    rules.set_place(fmt::format("{}{}.", place_of(i), read.kind->place));
    out.actions.push_back(read.kind->begin(read.of, rules));
  }
  rules.check();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::visit([&](auto& call) { finish(elements[i].front().of, call); }, out.actions[i]);
  }
  out.token = std::move(beside.token).value_or("");
  return out;
}

transact_get_call decode_transact_get(const body_buffer& request) {
  transaction_members beside;
  std::vector<std::optional<members>> elements;
  const bool any = read_transaction(
      request, beside, [&] { begin_element(elements); },
      [&](json_reader& in, std::string_view name) {
        if (name == "Get") {
          elements.back() = read_members(in, member_owner::transact_get);
        } else {
          in.skip();
        }
      });

  transact_get_call out;
  constraints rules;
  check_count(any, elements.size(), rules);
  out.capacity = capacity_of(beside.capacity, rules);
  rules.check();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    rules.set_place(place_of(i));
    if (!elements[i]) {
      rules.missing("get");
      continue;
    }
    rules.set_place(place_of(i) + "get.");
    out.gets.push_back(begin_get(*elements[i], rules));
  }
  rules.check();
  for (std::size_t i = 0; i < elements.size(); ++i) finish(*elements[i], out.gets[i]);
  return out;
}

}  // namespace dynamo::engine
