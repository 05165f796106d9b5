/* Links that a platform file turns off and that cannot be: those of the policy SPLITDUPLEX, with
 * SimGrid 3.32, which would give up at the first event. It cannot be asked for profiles, so the
 * file's elements are looked at before it is loaded. */
#include "engine/internal.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace {

using Attributes = std::map<std::string, std::string>;

// NAME="VALUE" ... of an element; its own name stands under "".
Attributes attributes_of(std::string const& element) {
  size_t at = element.find_first_of(" \t\r\n/");
  Attributes found = {{"", element.substr(0, at)}};
  while (at != std::string::npos) {
    size_t const name = element.find_first_not_of(" \t\r\n/", at);
    size_t const quote = name == std::string::npos ? name : element.find_first_of("\"'", name);
    if (quote == std::string::npos)
      break;
    size_t const end = element.find(element[quote], quote + 1);
    if (end == std::string::npos)
      break;
    size_t const name_end = element.find_first_of("= \t\r\n", name);
    found[element.substr(name, name_end - name)] = element.substr(quote + 1, end - quote - 1);
    at = end + 1;
  }
  return found;
}

template <typename Function> void for_each_element(std::string const& text, Function call) {
  for (size_t at = 0; (at = text.find('<', at)) != std::string::npos;) {
    bool const comment = text.compare(at, 4, "<!--") == 0;
    size_t const end = text.find(comment ? "-->" : ">", at);
    if (end == std::string::npos)
      return;
    if (not comment)
      call(attributes_of(text.substr(at + 1, end - at - 1)));
    at = end + 1;
  }
}

} // namespace

std::string stp::split_link_that_is_switched(const char* platform_file) {
  if (split_links_switch)
    return "";
  std::ifstream stream(platform_file);
  std::string const text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  std::set<std::string> split;
  std::string found;
  for_each_element(text, [&](Attributes element) {
    if (element[""] == "link" and element["sharing_policy"] == "SPLITDUPLEX") {
      split.insert(element["id"]);
      if (element.count("state_file") > 0 and found.empty())
        found = element["id"];
    }
    if (element[""] == "trace_connect" and element["kind"] == "LINK_AVAIL" and
        split.count(element["element"]) > 0 and found.empty())
      found = element["element"];
  });
  return found;
}
