#include <dynamo/scan/raw_items.hpp>

namespace dynamo {

result<bool> raw_items::try_next(std::string_view& out) {
  using step = detail::item_walk::step;
  const step found = walk_.next();
  if (found == step::item) [[likely]] {
    const char* const begin = walk_.item_begin();
    if (*begin == '{' && walk_.cursor().skip_value()) [[likely]] {
      out = {begin, static_cast<std::size_t>(walk_.cursor().position() - begin)};
      return true;
    }
  } else if (found == step::end) {
    return false;
  }
  return detail::broken_page(*page_, table_);
}

}  // namespace dynamo
