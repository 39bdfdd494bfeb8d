// The paths of a projection or an update, as one tree.
#pragma once

#include "engine/expression/document_path.hpp"

#include <dynamo/value/item.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// One step, and where the paths that take it go on. An end has no children. Children are all names
/// or all indexes, in order.
struct path_branch {
  path_step step{};
  std::size_t end = 0;  ///< of an end: which path it is
  std::vector<path_branch> children{};

  [[nodiscard]] bool is_end() const noexcept { return children.empty(); }
  [[nodiscard]] bool is_list() const noexcept {
    return !is_end() && children.front().step.is_index;
  }
  /// Null if no path goes on with this member.
  [[nodiscard]] const path_branch* find(std::string_view name) const noexcept;
};

/// Paths none of which is the beginning of another, and that agree on what is a list and what a
/// map. A value; reading is thread-safe.
class path_tree {
 public:
  /// Refuses a path that overlaps with one that is there, or conflicts with it. Paths are numbered
  /// from 0 on, in the order in which they are added.
  void add(document_path path, std::string_view role);

  /// Stands for the item: its children are attributes.
  [[nodiscard]] const path_branch& root() const noexcept { return root_; }
  [[nodiscard]] const std::vector<document_path>& paths() const noexcept { return paths_; }
  [[nodiscard]] std::vector<std::string_view> top_level_names() const;

  /// Appends what the item has of the paths as an object in DynamoDB JSON. Elements of lists move
  /// together.
  void append_selection(std::string& out, const item& of) const;

 private:
  path_branch root_{};
  std::vector<document_path> paths_;
};

}  // namespace dynamo::engine
