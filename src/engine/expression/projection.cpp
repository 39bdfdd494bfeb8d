#include "engine/expression/projection.hpp"

#include "engine/expression/parser.hpp"

namespace dynamo::engine {

projection projection::parse(std::string_view text, substitutes& with) {
  constexpr std::string_view role = "ProjectionExpression";
  const written_projection written = parse_projection(text, role);
  path_tree paths;
  for (const std::uint32_t path : written.paths) {
    paths.add(resolve_path(written.nodes[path].path, role, with), role);
  }
  return projection(std::move(paths));
}

}  // namespace dynamo::engine
