#include "auth/partition.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>

namespace dynamo::auth {
namespace {

struct region_form {
  std::string_view prefix;  // before "-place-number"
  partition home;
};

constexpr partition aws{"aws", "amazonaws.com", "api.aws"};

// Ordered by likelihood; no region has two of these forms.
constexpr std::array<region_form, 16> forms = {{
    {"us", aws},
    {"eu", aws},
    {"ap", aws},
    {"sa", aws},
    {"ca", aws},
    {"me", aws},
    {"af", aws},
    {"il", aws},
    {"mx", aws},
    {"cn", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    {"us-gov", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    {"eusc-de", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
    {"us-iso", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    {"us-isob", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    {"eu-isoe", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    {"us-isof", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
}};

bool is_word(char c) noexcept {
  return ascii::is_alphanumeric(c) || c == '_';
}

// prefix-place-number
bool has_form(std::string_view region, std::string_view prefix) noexcept {
  if (!region.starts_with(prefix)) return false;
  region.remove_prefix(prefix.size());
  const std::size_t dash = region.rfind('-');
  if (!region.starts_with('-') || dash == 0 || dash == std::string_view::npos) return false;
  const std::string_view place = region.substr(1, dash - 1);
  const std::string_view number = region.substr(dash + 1);
  return !place.empty() && !number.empty() && std::ranges::all_of(place, is_word) &&
         std::ranges::all_of(number, ascii::is_digit);
}

}  // namespace

const partition& partition_of(std::string_view region) noexcept {
  for (const region_form& form : forms) {
    if (has_form(region, form.prefix)) return form.home;
    // The pseudo-regions of services with one endpoint for a whole partition.
    if (region.ends_with("-global") && region.substr(0, region.size() - 7) == form.home.name)
      return form.home;
  }
  return forms.front().home;
}

}  // namespace dynamo::auth
