#include "engine/operation/operation_context.hpp"

#include "engine/refusal.hpp"

namespace dynamo::engine {

std::shared_ptr<const table_definition> require_table(const snapshot& in, std::string_view name) {
  auto found = in.find_table(name);
  if (!found) throw refusal("ResourceNotFoundException", "Requested resource not found");
  return found;
}

}  // namespace dynamo::engine
