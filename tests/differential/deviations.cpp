#include "differential/deviations.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace dynamo::differential {
namespace {

const answer& last(const outcome& of) {
  return of.pages.back();
}

bool refused_as(const outcome& of, std::string_view type) {
  return last(of).error_type() == type;
}
bool says(const outcome& of, std::string_view part) {
  return last(of).message().find(part) != std::string_view::npos;
}
bool ends_with(const exchange& of, std::string_view where) {
  return of.found.where.ends_with(where);
}
bool asks_for(const exchange& of, std::string_view part) {
  return of.asked.body.text().find(part) != std::string::npos;
}
bool is_transaction(const exchange& of) {
  return of.asked.op == operation::transact_write_items ||
         of.asked.op == operation::transact_get_items;
}
bool is_capacity(const exchange& of) {
  return of.found.where.find(".ConsumedCapacity") != std::string::npos;
}

// Whether a member is of another JSON type than the API's model has: what a mutation may do, and
// some values that are generated so.
bool may_have_wrong_types(const exchange& of) {
  return of.asked.mutated || asks_for(of, R"({"S":5})") || asks_for(of, R"({"N":5})") ||
         asks_for(of, R"({"BOOL":"true"})") || asks_for(of, "null");
}

constexpr std::array deviations{
    // What DynamoDB Local does not have or does by mistake.
    deviation{"internal errors of DynamoDB Local",
              "DynamoDB Local answers some requests at fault with an error of its own.", false,
              [](const exchange& of) {
                return last(of.local).status == 500 && last(of.engine).status == 400;
              }},
    deviation{"types of JSON",
              "DynamoDB Local takes a number for a text and the other way round, and checks much "
              "before it reads all. The service reads the request first, and refuses what has "
              "another type than the API says with a SerializationException.",
              false,
              [](const exchange& of) {
                return refused_as(of.engine, "SerializationException") && may_have_wrong_types(of);
              }},
    deviation{"constraints of the API's model",
              "The service checks what the API's model says of each member, enumerations and "
              "lengths, before anything else; DynamoDB Local later, or not at all.",
              false,
              [](const exchange& of) {
                return says(of.engine, "validation error") &&
                       (asks_for(of, "\"SOME\"") || asks_for(of, "\xC3\xBC\xC3\xBC\xC3\xBC") ||
                        asks_for(of, "a b") || of.asked.mutated || is_transaction(of));
              }},
    deviation{"throughput of tables that are paid per request",
              "The service refuses throughput for them and for their indexes; DynamoDB Local "
              "takes it.",
              false, [](const exchange& of) { return says(of.engine, "PAY_PER_REQUEST"); }},
    deviation{"throughput of indexes",
              "The service tells the throughput of every global index, zeros when it is paid per "
              "request, and how often it was decreased; DynamoDB Local does not.",
              false,
              [](const exchange& of) {
                return ends_with(of, ".GlobalSecondaryIndexes[].ProvisionedThroughput") ||
                       ends_with(of, ".ProvisionedThroughput.NumberOfDecreasesToday");
              }},
    deviation{"an index that is being made",
              "has no figures with DynamoDB Local yet; the engine has made it when it answers.",
              false,
              [](const exchange& of) {
                return of.asked.op == operation::update_table && of.found.left == "\"(absent)\"" &&
                       (ends_with(of, "[].IndexSizeBytes") || ends_with(of, "[].ItemCount"));
              }},
    deviation{"sizes of indexes",
              "DynamoDB Local counts whole items for every index, the service what is projected "
              "into it.",
              false, [](const exchange& of) { return ends_with(of, "[].IndexSizeBytes"); }},
    deviation{"ItemCollectionMetrics", "DynamoDB Local does not have them.", false,
              [](const exchange& of) {
                return of.found.left == "\"(absent)\"" && ends_with(of, ".ItemCollectionMetrics");
              }},

    // What it costs.
    deviation{"reads that find nothing",
              "cost as much as reads of the smallest item with the service, and nothing with "
              "DynamoDB Local.",
              false,
              [](const exchange& of) {
                return is_capacity(of) && ends_with(of, "CapacityUnits") &&
                       (of.found.left == "0.0" || of.asked.op == operation::batch_get_item) &&
                       !changes_state(of.asked.op);
              }},
    deviation{"cost of a deletion that nobody asked for",
              "DynamoDB Local tells what a DeleteItem cost that finds no item, though the request "
              "does not ask for it.",
              false,
              [](const exchange& of) {
                return of.asked.op == operation::delete_item && of.found.right == "\"(absent)\"" &&
                       ends_with(of, ".ConsumedCapacity");
              }},
    deviation{"cost of deletions in batches",
              "A deletion that finds no item costs one unit; with DynamoDB Local two in a batch.",
              false,
              [](const exchange& of) {
                return of.asked.op == operation::batch_write_item && is_capacity(of) &&
                       asks_for(of, "DeleteRequest");
              }},
    deviation{"read and write units of transactions",
              "The service tells them beside the sum; DynamoDB Local does not.", false,
              [](const exchange& of) {
                return is_transaction(of) && of.found.left == "\"(absent)\"" && is_capacity(of) &&
                       (ends_with(of, ".ReadCapacityUnits") ||
                        ends_with(of, ".WriteCapacityUnits"));
              }},

    // Which error it is.
    deviation{"why a transaction is cancelled",
              "What only shows when an action is carried out, a key of wrong attributes or an "
              "operand of a wrong type, cancels the transaction with the service, with a reason "
              "for each action. DynamoDB Local answers the error alone, or one reason alone.",
              false,
              [](const exchange& of) {
                return is_transaction(of) &&
                       refused_as(of.engine, "TransactionCanceledException") &&
                       last(of.engine).body.text().find("ValidationError") != std::string::npos;
              }},
    deviation{"tables that are not there",
              "are told by the service before what else is wrong in a transaction.", false,
              [](const exchange& of) {
                return is_transaction(of) && refused_as(of.engine, "ResourceNotFoundException");
              }},
    deviation{"one item twice",
              "DynamoDB Local carries out a transaction's conditions before it sees that two "
              "actions are for one item, and takes two spellings of one number for two keys.",
              false,
              [](const exchange& of) {
                return says(of.engine, "multiple operations on one item") ||
                       says(of.engine, "Provided list of item keys contains duplicates");
              }},
};

}  // namespace

const deviation* find_deviation(const exchange& of) {
  const auto found =
      std::ranges::find_if(deviations, [&](const deviation& each) { return each.explains(of); });
  return found != deviations.end() ? &*found : nullptr;
}

}  // namespace dynamo::differential
