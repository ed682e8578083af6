"""Words that perturbed examples take their fresh values from: none stands in a spec or in a benchmark."""

PLACES = (
    "Oslo", "Lisbon", "Nairobi", "Porto Alegre", "Hanoi", "Tallinn", "Quito", "Windhoek", "Adelaide", "Ghent",
    "Salta", "Bergen", "Sapporo", "Cork", "Graz", "Medellin", "Cape Coast", "Santa Marta", "Novi Sad", "Port Moresby",
)  # fmt: skip
PEOPLE = (
    "Amara Okafor", "Jonas Lindqvist", "Priya Raman", "Tomas Novak", "Leila Haddad", "Marta Kowalska", "Diego Fuentes",
    "Hana Suzuki", "Oskar Brandt", "Nia Mensah", "Ravi Pillai", "Elin Dahl", "Karim Saleh", "Ines Duarte",
)  # fmt: skip
TITLES = (
    "Silver", "Harbor", "Meadow", "Lantern", "Cobalt", "Juniper", "Falcon", "Ember", "Willow", "Granite", "Orchid",
    "Summit", "Velvet", "Marble", "Thistle", "Copper", "Aspen", "Cinder",
)  # fmt: skip
WORDS = (
    "lantern", "gravel", "walnut", "ribbon", "turbine", "saffron", "pebble", "harvest", "velvet", "canyon", "otter",
    "copper", "thistle", "mango", "cobalt", "juniper", "quartz", "sparrow", "linen", "cedar",
)  # fmt: skip
NUMBER_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fifteen",
)  # fmt: skip
ORDINAL_WORDS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
