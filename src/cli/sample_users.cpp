#include "cli/sample_users.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace dynamo::cli {
namespace {

// SplitMix64 (Steele, Lea and Flood, 2014). The standard library's distributions differ between
// implementations, so users are generated with integers and this generator only.
std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

class random_values {
 public:
  random_values(std::uint64_t seed, std::uint64_t index)
      : state_(scramble(scramble(seed + 0x9e3779b97f4a7c15ULL) + index)) {}

  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return scramble(state_);
  }

  /// 0 to `bound` - 1.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((bits() >> 32) * bound) >> 32);
  }
  bool one_in(std::uint32_t bound) { return below(bound) == 0; }

  template <class T, std::size_t N>
  const T& pick(const std::array<T, N>& values) {
    return values[below(static_cast<std::uint32_t>(N))];
  }

 private:
  std::uint64_t state_;
};

struct spelling {
  std::string_view shown;
  std::string_view ascii;
};

struct city {
  std::string_view name;
  std::string_view country;
  /// `#` stands for a digit, `@` for a letter.
  std::string_view postcode;
  /// Millionths of a degree.
  std::int64_t latitude;
  std::int64_t longitude;
};

constexpr std::array first_names = std::to_array<spelling>({
    {"Ada", "ada"},       {"Amara", "amara"},     {"Ayşe", "ayse"},         {"Bo", "bo"},
    {"Carlos", "carlos"}, {"Chidi", "chidi"},     {"Daniel", "daniel"},     {"Elena", "elena"},
    {"Emma", "emma"},     {"Fatima", "fatima"},   {"George", "george"},     {"Grace", "grace"},
    {"Hannah", "hannah"}, {"Hiroshi", "hiroshi"}, {"Ines", "ines"},         {"Ivan", "ivan"},
    {"James", "james"},   {"João", "joao"},       {"Kofi", "kofi"},         {"Laura", "laura"},
    {"Linh", "linh"},     {"Łukasz", "lukasz"},   {"Maria", "maria"},       {"Mateo", "mateo"},
    {"Nina", "nina"},     {"Noah", "noah"},       {"Olivia", "olivia"},     {"Omar", "omar"},
    {"Priya", "priya"},   {"Renée", "renee"},     {"Sam", "sam"},           {"Sofia", "sofia"},
    {"Søren", "soren"},   {"Tomás", "tomas"},     {"Victoria", "victoria"}, {"Wei", "wei"},
    {"Yusuf", "yusuf"},   {"Zoë", "zoe"},         {"Peter", "peter"},       {"Ruth", "ruth"},
});

constexpr std::array last_names = std::to_array<spelling>({
    {"Adeyemi", "adeyemi"}, {"Andersson", "andersson"},
    {"Bianchi", "bianchi"}, {"Brown", "brown"},
    {"Chen", "chen"},       {"Costa", "costa"},
    {"Davies", "davies"},   {"Dubois", "dubois"},
    {"Evans", "evans"},     {"Fernández", "fernandez"},
    {"Fischer", "fischer"}, {"Garcia", "garcia"},
    {"Haddad", "haddad"},   {"Hughes", "hughes"},
    {"Ito", "ito"},         {"Jensen", "jensen"},
    {"Johnson", "johnson"}, {"Kaya", "kaya"},
    {"Kim", "kim"},         {"Kowalska", "kowalska"},
    {"Kumar", "kumar"},     {"Lefèvre", "lefevre"},
    {"Martin", "martin"},   {"Mensah", "mensah"},
    {"Müller", "mueller"},  {"Nguyen", "nguyen"},
    {"Novak", "novak"},     {"O'Brien", "obrien"},
    {"Okafor", "okafor"},   {"Patel", "patel"},
    {"Petrov", "petrov"},   {"Rossi", "rossi"},
    {"Santos", "santos"},   {"Schmidt", "schmidt"},
    {"Silva", "silva"},     {"Smith", "smith"},
    {"Tanaka", "tanaka"},   {"Taylor", "taylor"},
    {"Wang", "wang"},       {"Williams", "williams"},
});

constexpr std::array mail_hosts = std::to_array<std::string_view>(
    {"example.com", "example.net", "example.org", "mail.example.com", "post.example.net"});

constexpr std::array street_names = std::to_array<std::string_view>(
    {"Abbey Road",  "Bridge Street", "Castle Lane",      "Chapel Walk",   "Church Street",
     "Elm Avenue",  "Garden Row",    "Harbour View",     "High Street",   "Hill Rise",
     "King Street", "Lake Drive",    "Linden Way",       "Market Square", "Meadow Close",
     "Mill Lane",   "Orchard Road",  "Park Avenue",      "Quay Side",     "River Walk",
     "School Lane", "Station Road",  "Sunset Boulevard", "Tower Street"});

constexpr std::array cities = std::to_array<city>({
    {"Amsterdam", "NL", "#### @@", 52370000, 4895000},
    {"Athens", "GR", "### ##", 37984000, 23728000},
    {"Auckland", "NZ", "####", -36848000, 174763000},
    {"Berlin", "DE", "1####", 52520000, 13405000},
    {"Bogotá", "CO", "######", 4711000, -74072000},
    {"Boston", "US", "021##", 42360000, -71059000},
    {"Cape Town", "ZA", "80##", -33925000, 18424000},
    {"Chicago", "US", "606##", 41878000, -87630000},
    {"Dublin", "IE", "D## @@##", 53350000, -6260000},
    {"Edinburgh", "GB", "EH# #@@", 55953000, -3188000},
    {"Kraków", "PL", "3#-###", 50065000, 19945000},
    {"Lagos", "NG", "10####", 6524000, 3379000},
    {"Lisbon", "PT", "1###-###", 38722000, -9139000},
    {"London", "GB", "SW# #@@", 51507000, -128000},
    {"Lyon", "FR", "690##", 45764000, 4836000},
    {"Mumbai", "IN", "4000##", 19076000, 72878000},
    {"Nairobi", "KE", "00###", -1286000, 36817000},
    {"Osaka", "JP", "53#-####", 34694000, 135502000},
    {"San Francisco", "US", "941##", 37775000, -122419000},
    {"São Paulo", "BR", "0####-###", -23551000, -46633000},
    {"Singapore", "SG", "######", 1352000, 103820000},
    {"Stockholm", "SE", "1## ##", 59329000, 18069000},
    {"Toronto", "CA", "M#@ #@#", 43653000, -79383000},
    {"Zürich", "CH", "80##", 47377000, 8542000},
});

constexpr std::array tag_names = std::to_array<std::string_view>(
    {"admin",   "api",     "beta",   "billing",    "churn-risk", "early-adopter", "enterprise",
     "eu",      "invited", "mobile", "newsletter", "partner",    "premium",       "referral",
     "support", "trial",   "us",     "vip",        "web",        "weekly-digest"});

constexpr std::array words = std::to_array<std::string_view>(
    {"a",       "after",   "always",   "and",    "bakes",   "before",  "bicycle",   "bread",
     "builds",  "by",      "chess",    "city",   "climbs",  "coffee",  "data",      "designs",
     "every",   "evening", "from",     "garden", "grows",   "guitar",  "in",        "keeps",
     "learns",  "likes",   "lives",    "long",   "maps",    "morning", "mountains", "near",
     "never",   "of",      "old",      "on",     "paints",  "plays",   "quiet",     "reads",
     "river",   "runs",    "sails",    "sea",    "sings",   "slow",    "stories",   "systems",
     "teaches", "the",     "tomatoes", "trains", "travels", "under",   "walks",     "with",
     "works",   "writes",  "yellow",   "young"});

constexpr std::array foreign_words = std::to_array<std::string_view>(
    {"café", "naïve", "Straße", "smörgåsbord", "東京", "Ελλάδα", "jalapeño", "привет", "✓", "🚀"});

// Four bytes at most count as one character each; a word is short, so counting lead bytes is cheap.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

// Tenant k owns a share in proportion to 1 / (k + 1): the first five own 40 % of the users.
constexpr std::array<std::uint32_t, sample_tenants> tenant_shares = [] {
  std::array<std::uint32_t, sample_tenants> sums{};
  std::uint32_t sum = 0;
  for (std::uint32_t k = 0; k < sample_tenants; ++k) sums[k] = sum += 1'000'000 / (k + 1);
  return sums;
}();

void append_digits(std::string& out, std::uint64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// `value` / 10^`decimals` without trailing zeros.
std::string decimal(std::int64_t value, std::size_t decimals) {
  std::string text = value < 0 ? "-" : "";
  std::string digits;
  append_digits(digits, static_cast<std::uint64_t>(value < 0 ? -value : value), decimals + 1);
  const std::size_t point = digits.size() - decimals;
  const std::size_t last = digits.find_last_not_of('0');
  text.append(digits, 0, point);
  if (last != std::string::npos && last >= point) {
    text += '.';
    text.append(digits, point, last + 1 - point);
  }
  return text;
}

std::string make_id(random_values& roll) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  const std::array<std::uint64_t, 2> halves = {
      (roll.bits() & ~0xf000ULL) | 0x4000ULL,
      (roll.bits() & ~(3ULL << 62)) | (1ULL << 63),
  };
  std::string id;
  id.reserve(36);
  for (unsigned digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) id += '-';
    id += hexadecimal[(halves[digit / 16] >> (60 - 4 * (digit % 16))) & 15U];
  }
  return id;
}

std::string_view make_status(random_values& roll) {
  const std::uint32_t percent = roll.below(100);
  if (percent < 70) return "active";
  if (percent < 85) return "inactive";
  return percent < 95 ? "pending" : "suspended";
}

std::string make_tenant(random_values& roll) {
  const std::uint32_t share = roll.below(tenant_shares.back());
  const auto owner = std::upper_bound(tenant_shares.begin(), tenant_shares.end(), share);
  std::string tenant = "tenant-";
  append_digits(tenant, static_cast<std::uint64_t>(owner - tenant_shares.begin()) + 1, 3);
  return tenant;
}

std::string make_time(random_values& roll) {
  using namespace std::chrono;
  constexpr sys_days first = year{2015} / 1 / 1;
  constexpr sys_days last = year{2025} / 1 / 1;
  const year_month_day date(first +
                            days(roll.below(static_cast<std::uint32_t>((last - first).count()))));
  const std::uint32_t second = roll.below(86'400);
  std::string text;
  append_digits(text, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  append_digits(text += '-', static_cast<unsigned>(date.month()), 2);
  append_digits(text += '-', static_cast<unsigned>(date.day()), 2);
  append_digits(text += 'T', second / 3600, 2);
  append_digits(text += ':', second / 60 % 60, 2);
  append_digits(text += ':', second % 60, 2);
  return text += 'Z';
}

std::vector<std::string_view> make_tags(random_values& roll) {
  // Distinct, as real tags are: a random start, and steps that do not return to it.
  std::vector<std::string_view> tags(roll.below(7));
  std::size_t position = roll.below(static_cast<std::uint32_t>(tag_names.size()));
  for (auto& tag : tags) {
    tag = tag_names[position];
    position = (position + 1 + roll.below(3)) % tag_names.size();
  }
  return tags;
}

sample_user::place make_place(random_values& roll) {
  const city& where = roll.pick(cities);
  sample_user::place place;
  place.street = std::to_string(1 + roll.below(240)) + ' ';
  place.street += roll.pick(street_names);
  place.city = where.name;
  place.country = where.country;
  for (const char sign : where.postcode) {
    if (sign == '#') {
      place.postcode += static_cast<char>('0' + roll.below(10));
    } else if (sign == '@') {
      place.postcode += static_cast<char>('A' + roll.below(26));
    } else {
      place.postcode += sign;
    }
  }
  constexpr std::uint32_t spread = 100'000;
  place.latitude = decimal(where.latitude + roll.below(spread) - spread / 2, 6);
  place.longitude = decimal(where.longitude + roll.below(spread) - spread / 2, 6);
  return place;
}

std::string make_bio(random_values& roll) {
  constexpr std::uint32_t longest = 400;
  const std::size_t target = roll.one_in(10) ? 0 : roll.below(longest + 1);
  const bool foreign = roll.one_in(6);
  const bool escapes = roll.one_in(8);
  std::string bio;
  std::size_t length = 0;
  std::uint32_t left_in_sentence = 0;
  while (true) {
    const std::size_t before = bio.size();
    if (left_in_sentence == 0) {
      if (before != 0) bio += escapes && roll.one_in(2) ? ".\n" : ". ";
      left_in_sentence = 5 + roll.below(8);
      const std::string_view opening = roll.pick(words);
      bio += static_cast<char>(opening.front() - 'a' + 'A');
      bio += opening.substr(1);
    } else {
      bio += ' ';
      const std::string_view next =
          foreign && roll.one_in(8) ? roll.pick(foreign_words) : roll.pick(words);
      if (escapes && roll.one_in(6)) {
        constexpr std::array quotes = std::to_array<std::string_view>({"\"", "\\", "\t"});
        const std::string_view quote = roll.pick(quotes);
        ((bio += quote) += next) += quote;
      } else {
        bio += next;
      }
    }
    --left_in_sentence;
    length += characters(std::string_view(bio).substr(before));
    if (length >= target) {
      bio.resize(before);
      break;
    }
  }
  if (!bio.empty()) bio += '.';
  return bio;
}

void append_escaped(std::string& out, std::string_view text) {
  while (true) {
    const std::size_t plain = text.find_first_of("\"\\\n\t");
    out.append(text.substr(0, plain));
    if (plain == std::string_view::npos) return;
    const char sign = text[plain];
    out += '\\';
    out += sign == '\n' ? 'n' : sign == '\t' ? 't' : sign;
    text.remove_prefix(plain + 1);
  }
}

// `lead` is the JSON before the text, including its opening quote.
void append_string(std::string& out, std::string_view lead, std::string_view text) {
  out += lead;
  append_escaped(out, text);
  out += "\"}";
}

}  // namespace

sample_user sample_user_at(std::uint64_t seed, std::uint64_t index) {
  random_values roll(seed, index);
  sample_user user;
  user.id = make_id(roll);
  const spelling& first = roll.pick(first_names);
  const spelling& last = roll.pick(last_names);
  ((user.name = first.shown) += ' ') += last.shown;
  ((user.email = first.ascii) += '.') += last.ascii;
  ((user.email += std::to_string(index)) += '@') += roll.pick(mail_hosts);
  user.tenant_id = make_tenant(roll);
  user.status = make_status(roll);
  if (!roll.one_in(25)) user.age = static_cast<int>(18 + roll.below(73));
  user.created_at = make_time(roll);
  user.tags = make_tags(roll);
  user.address = make_place(roll);
  user.bio = make_bio(roll);
  user.score = decimal(roll.below(10'001), 2);
  return user;
}

void append_dynamodb_json(const sample_user& user, std::string& out) {
  append_string(out, R"({"id":{"S":")", user.id);
  append_string(out, R"(,"email":{"S":")", user.email);
  append_string(out, R"(,"name":{"S":")", user.name);
  append_string(out, R"(,"tenant_id":{"S":")", user.tenant_id);
  append_string(out, R"(,"status":{"S":")", user.status);
  if (user.age) append_string(out, R"(,"age":{"N":")", std::to_string(*user.age));
  append_string(out, R"(,"created_at":{"S":")", user.created_at);
  out += R"(,"tags":{"L":[)";
  std::string_view lead = R"({"S":")";
  for (const std::string_view tag : user.tags) {
    append_string(out, lead, tag);
    lead = R"(,{"S":")";
  }
  append_string(out, R"(]},"address":{"M":{"street":{"S":")", user.address.street);
  append_string(out, R"(,"city":{"S":")", user.address.city);
  append_string(out, R"(,"postcode":{"S":")", user.address.postcode);
  append_string(out, R"(,"country":{"S":")", user.address.country);
  append_string(out, R"(,"location":{"M":{"lat":{"N":")", user.address.latitude);
  append_string(out, R"(,"lon":{"N":")", user.address.longitude);
  append_string(out, R"(}}}},"bio":{"S":")", user.bio);
  append_string(out, R"(,"score":{"N":")", user.score);
  out += '}';
}

void append_dynamodb_key_json(const sample_user& user, std::string& out) {
  append_string(out, R"({"id":{"S":")", user.id);
  append_string(out, R"(,"email":{"S":")", user.email);
  out += '}';
}

std::string sample_user_json(std::uint64_t seed, std::uint64_t index) {
  std::string json;
  json.reserve(1024);
  append_dynamodb_json(sample_user_at(seed, index), json);
  return json;
}

}  // namespace dynamo::cli
