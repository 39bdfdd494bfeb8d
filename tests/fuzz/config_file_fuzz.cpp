// The parser of the shared configuration files takes any bytes: it must end, and must not name
// content in its errors.
#include "auth/config_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynamo::auth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const config_syntax syntax : {config_syntax::config, config_syntax::credentials}) {
    const auto parsed = parse_config_file(text, syntax, "path");
    if (!parsed) {
      const bool names_place = parsed.error().kind == dynamo::errc::configuration &&
                               parsed.error().message.find("path") != std::string::npos;
      if (!names_place) std::abort();
      continue;
    }
    for (const auto& [title, section] : parsed->sections) {
      if (parsed->find(title.first, title.second) != &section) std::abort();
      for (const auto& [key, setting] : section.settings)
        if (key.empty() || setting.line == 0 || section.find(key) != &setting) std::abort();
    }
  }
  return 0;
}
