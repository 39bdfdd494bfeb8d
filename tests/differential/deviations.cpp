#include "differential/deviations.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
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

// Whether a binary value is not what Base64 may be.
bool has_odd_base64(const exchange& of) {
  constexpr std::array<std::string_view, 6> odd{R"("!!")",  R"("AQ")",       R"("A")",
                                                R"("AQ=")", R"("AQ==AQ==")", R"("AR==")"};
  return std::ranges::any_of(odd, [&](std::string_view each) { return asks_for(of, each); });
}

constexpr std::array deviations{
    // What DynamoDB Local does not have or does by mistake.
    deviation{"internal errors of DynamoDB Local",
              "DynamoDB Local answers some requests at fault with an error of its own, and "
              "sometimes "
              "a read of an index that has just been made.",
              false,
              [](const exchange& of) {
                const bool is_read =
                    of.asked.op == operation::scan || of.asked.op == operation::query;
                return last(of.local).status == 500 &&
                       (last(of.engine).status == 400 || (is_read && !of.asked.mutated));
              }},
    deviation{"types of JSON",
              "DynamoDB Local takes a number for a text and the other way round, and checks much "
              "before it reads all. The service reads the request first, and refuses what has "
              "another type than the API says with a SerializationException.",
              false,
              [](const exchange& of) {
                return refused_as(of.engine, "SerializationException") && may_have_wrong_types(of);
              }},
    deviation{"Base64", "DynamoDB Local reads on behind what ends a binary value.", false,
              [](const exchange& of) { return says(of.engine, "Base64") && has_odd_base64(of); }},
    deviation{"constraints of the API's model",
              "The service checks what the API's model says of each member, enumerations and "
              "lengths, before anything else; DynamoDB Local later, or not at all.",
              false,
              [](const exchange& of) {
                return says(of.engine, "validation error") &&
                       (asks_for(of, "\"SOME\"") || asks_for(of, "\"ReadCapacityUnits\":0") ||
                        asks_for(of, "\xC3\xBC\xC3\xBC\xC3\xBC") || asks_for(of, "a b") ||
                        of.asked.mutated || is_transaction(of));
              }},
    deviation{"throughput of tables that are paid per request",
              "The service refuses throughput for them and for their indexes; DynamoDB Local "
              "takes it.",
              false, [](const exchange& of) { return says(of.engine, "PAY_PER_REQUEST"); }},
    deviation{
        "throughput of indexes",
        "The service tells the throughput of every global index, zeros when it is paid per "
        "request, and how often it was decreased; DynamoDB Local does not.",
        false,
        [](const exchange& of) {
          constexpr std::string_view of_index = ".GlobalSecondaryIndexes[].ProvisionedThroughput";
          return ends_with(of, of_index) ||
                 // The service forgets it with the table's; DynamoDB Local does not.
                 (of.found.right == "0" && of.found.where.find(of_index) != std::string::npos) ||
                 ends_with(of, ".ProvisionedThroughput.NumberOfDecreasesToday");
        }},
    deviation{"an index that is being made",
              "or removed has no figures with DynamoDB Local, or is still there; the engine "
              "has done "
              "it when it answers.",
              false,
              [](const exchange& of) {
                if (of.asked.op == operation::update_table && asks_for(of, "\"Delete\"") &&
                    of.found.where.find(".GlobalSecondaryIndexes") != std::string::npos) {
                  return true;
                }
                return of.asked.op == operation::update_table && of.found.left == "\"(absent)\"" &&
                       (ends_with(of, "[].IndexSizeBytes") || ends_with(of, "[].ItemCount"));
              }},
    deviation{"limits of what is paid per request",
              "DynamoDB Local tells of indexes that were added later that they have none.", false,
              [](const exchange& of) { return ends_with(of, "[].OnDemandThroughput"); }},
    deviation{"sizes of indexes",
              "DynamoDB Local counts whole items for every index, the service what is projected "
              "into it.",
              false, [](const exchange& of) { return ends_with(of, "[].IndexSizeBytes"); }},
    deviation{"ItemCollectionMetrics", "DynamoDB Local does not have them.", false,
              [](const exchange& of) {
                return of.found.left == "\"(absent)\"" && ends_with(of, ".ItemCollectionMetrics");
              }},

    deviation{"BillingModeSummary of a provisioned table",
              "DynamoDB Local keeps it when the table was paid per request before.", false,
              [](const exchange& of) {
                return ends_with(of, ".BillingModeSummary") && of.found.right == "\"(absent)\"";
              }},
    deviation{"UPDATED_OLD and UPDATED_NEW within lists and maps",
              "The service answers what the paths of the update name, DynamoDB Local all of the "
              "attribute around it.",
              false,
              [](const exchange& of) {
                return of.asked.op == operation::update_item && asks_for(of, "\"UPDATED_") &&
                       of.found.where.starts_with(".Attributes") &&
                       of.asked.body.text_of("UpdateExpression").find_first_of(".[") !=
                           std::string_view::npos;
              }},
    deviation{
        "sizes of items in tables with local indexes",
        "The limit of 400 KB is for an item with its entries in local indexes. DynamoDB Local "
        "counts a few bytes less, and does not count them for an UpdateItem.",
        false,
        [](const exchange& of) {
          return says(of.engine, "exceeded the maximum allowed size") && last(of.local).succeeded();
        }},
    deviation{"the end of a Query at the end of its range",
              "With a Limit that is reached there is a LastEvaluatedKey. DynamoDB Local has none "
              "where no further key can be in the range: the last one is its end. So it refuses it "
              "as a start, too.",
              false,
              [](const exchange& of) {
                if (of.asked.op != operation::query) return false;
                if (says(of.local, "starting key")) {
                  return last(of.engine).succeeded() &&
                         last(of.engine).body.elements_of("Items").empty();
                }
                const bool has_more = last(of.engine).body.find("LastEvaluatedKey") != nullptr ||
                                      of.engine.pages.size() > of.local.pages.size();
                return asks_for(of, "\"Limit\":") && has_more &&
                       (ends_with(of, ".LastEvaluatedKey") || of.found.where == "number of pages");
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
    deviation{"cost of writes that find nothing",
              "A deletion that finds no item costs one unit; with DynamoDB Local two in a batch.",
              false,
              [](const exchange& of) {
                return of.asked.op == operation::batch_write_item && is_capacity(of) &&
                       asks_for(of, "\"Delete");
              }},
    deviation{
        "cost of transactions",
        "is the sum of what the actions cost. DynamoDB Local often tells that of one, and one "
        "unit for a deletion that finds no item.",
        false,
        [](const exchange& of) {
          return of.asked.op == operation::transact_write_items && is_capacity(of) &&
                 (of.asked.body.elements_of("TransactItems").size() > 1 ||
                  asks_for(of, "\"Delete"));
        }},
    deviation{"cost of sparse indexes",
              "An item that has only one of an index's two key attributes is not in the index. "
              "DynamoDB Local charges for it.",
              false,
              [](const exchange& of) {
                if (!changes_state(of.asked.op) || !is_capacity(of)) return false;
                if (of.found.right == "\"(absent)\"") return asks_for(of, "\"INDEXES\"");
                return ends_with(of, "CapacityUnits") &&
                       std::strtod(of.found.left.c_str(), nullptr) >
                           std::strtod(of.found.right.c_str(), nullptr);
              }},
    deviation{"cost of reads of an index",
              "depends on what the index has, with DynamoDB Local on whole items.", false,
              [](const exchange& of) {
                return (of.asked.op == operation::scan || of.asked.op == operation::query) &&
                       asks_for(of, "\"IndexName\"") && is_capacity(of) &&
                       std::strtod(of.found.left.c_str(), nullptr) >
                           std::strtod(of.found.right.c_str(), nullptr);
              }},
    deviation{"cost of attributes that a local index does not have",
              "They are read from the table, which costs a read for each item.", false,
              [](const exchange& of) {
                return is_capacity(of) && of.asked.body.text_of("IndexName").starts_with("local") &&
                       ends_with(of, "CapacityUnits");
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
    deviation{
        "tables that are not there",
        "are told by the service before other faults of the keys of a batch or transaction, and "
        "behind what is wrong with the request alone.",
        false,
        [](const exchange& of) {
          const bool of_many = is_transaction(of) || of.asked.op == operation::batch_get_item ||
                               of.asked.op == operation::batch_write_item;
          return (of_many && refused_as(of.engine, "ResourceNotFoundException")) ||
                 (refused_as(of.local, "ResourceNotFoundException") &&
                  refused_as(of.engine, "ValidationException"));
        }},
    deviation{"what is wrong with a transaction alone",
              "is told by the service before keys are looked at and conditions checked.", false,
              [](const exchange& of) {
                return is_transaction(of) && refused_as(of.local, "TransactionCanceledException") &&
                       refused_as(of.engine, "ValidationException");
              }},
    deviation{"definitions without use",
              "are refused; by DynamoDB Local not always where a table has indexes.", false,
              [](const exchange& of) {
                return says(of.engine, "Some AttributeDefinitions are not used");
              }},
    deviation{"updates of keys",
              "are refused before the condition is checked, and so are paths into them; sometimes "
              "behind that by DynamoDB Local.",
              false,
              [](const exchange& of) {
                return refused_as(of.local, "ConditionalCheckFailedException") &&
                       (says(of.engine, "Key attributes must be scalars") ||
                        says(of.engine, "This attribute is part of the key"));
              }},
    deviation{"keys of indexes that ADD makes",
              "DynamoDB Local lets ADD give an index's key attribute another type than it has.",
              false,
              [](const exchange& of) {
                return says(of.engine, "Type mismatch for Index Key") &&
                       last(of.local).succeeded() && of.asked.op == operation::update_item;
              }},
    deviation{"the word size", "is reserved; DynamoDB Local takes it for a name in projections.",
              false,
              [](const exchange& of) {
                return says(of.engine, "reserved keyword: size") ||
                       says(of.engine, "reserved keyword: SIZE");
              }},
    deviation{"filters of a Scan of an index",
              "see what the index has. DynamoDB Local lets them see the whole item.", false,
              [](const exchange& of) {
                return of.asked.op == operation::scan && asks_for(of, "IndexName") &&
                       asks_for(of, "FilterExpression") && last(of.engine).succeeded() &&
                       last(of.local).succeeded();
              }},
    deviation{"a table that is there already",
              "is told by DynamoDB Local before what is wrong with the definitions.", false,
              [](const exchange& of) {
                return refused_as(of.local, "ResourceInUseException") &&
                       refused_as(of.engine, "ValidationException");
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

std::span<const deviation> all_deviations() noexcept {
  return deviations;
}

const deviation* find_deviation(const exchange& of) {
  const auto found =
      std::ranges::find_if(deviations, [&](const deviation& each) { return each.explains(of); });
  return found != deviations.end() ? &*found : nullptr;
}

}  // namespace dynamo::differential
