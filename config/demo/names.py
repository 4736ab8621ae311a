"""What people are called, by where they come from; and what they write to staff when they register."""

NAMES = tuple(
    (given.split(), family.split())
    for given, family in (
        ("Meenakshi Lakshmi Kavya Divya Karthik Revathi Senthil", "Iyer Raman Subramanian Sundaram Natarajan"),
        ("Ananya Sohini Debjani Riya Arnab Mousumi", "Mukherjee Banerjee Sen Dutta Chatterjee"),
        ("Simran Harpreet Gurleen Jasleen Manpreet", "Kaur Gill Sandhu Dhillon Bedi"),
        ("Hetal Kinjal Dhara Bhavna Jignesh Nirali", "Patel Shah Mehta Desai Trivedi"),
        ("Anjali Sreeja Lekha Parvathy Vishnu", "Nair Menon Pillai Varma"),
        ("Snehal Mrunal Gauri Ketaki Omkar", "Deshpande Kulkarni Joshi Patil Gokhale"),
        ("Priya Neha Pooja Ritu Shweta Rahul Vikas", "Sharma Gupta Agarwal Mishra Saxena"),
        ("Zoya Ayesha Sana Fatima Imran Rukhsar", "Khan Ansari Siddiqui Qureshi"),
        ("Sravani Harika Swathi Madhavi Chaitanya", "Reddy Rao Chowdary Naidu"),
        ("Kavita Divyani Bhawna Mahendra Kiran", "Rathore Shekhawat Chauhan Solanki"),
        ("Jahnabi Pallavi Rituparna Bikash", "Bora Saikia Das Hazarika"),
    )
)
NOTES = (
    "",
    "I have a boutique in {town} and look for Banarasi pieces.",
    "My sister's wedding is in December, please approve!",
    "Referred by a friend who buys from you.",
    "I blog about handloom sarees.",
    "Stylist from {town}; my clients ask for chikankari.",
    "Looking for a lehenga for my own wedding.",
    "Reseller, {town}. I order 20-30 pieces a month.",
)
TOWNS = ("Surat", "Indore", "Coimbatore", "Lucknow", "Ludhiana", "Nagpur", "Kochi", "Guwahati", "Jaipur", "Vijayawada")
REJECTED = ("No reference and no answer to our call.", "A second account of the same person.")
BLOCKED = "Copied pictures to another shop."
